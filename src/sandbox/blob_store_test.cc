// SPDX-License-Identifier: Apache-2.0
#include "sandbox/blob_store.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    count += entry.is_regular_file() ? 1 : 0;
  return count;
}

TEST(BlobStore, KeepsBytes) {
  const auto directory = directory_blobs(testing::TempDir());
  ASSERT_TRUE(directory);
  for (const auto& store : {memory_blobs(), *directory}) {
    const auto blob = store->create();
    EXPECT_EQ(blob->size(), 0U);
    EXPECT_EQ(blob->read(0, 10), "");
    EXPECT_TRUE(blob->append("01234"));
    EXPECT_TRUE(blob->append("56789"));
    EXPECT_EQ(blob->size(), 10U);
    EXPECT_EQ(blob->read(3, 4), "3456");
    EXPECT_EQ(blob->read(8, 100), "89");
    EXPECT_EQ(blob->read(10, 1), "");
  }
}

TEST(BlobStore, LeavesNothingBehind) {
  const std::filesystem::path parent = testing::TempDir() + "/blob-store-test";
  std::filesystem::create_directories(parent);
  auto store = directory_blobs(parent);
  ASSERT_TRUE(store);
  auto blob = (*store)->create();
  auto other = (*store)->create();
  blob->append("x");
  other->append("y");
  EXPECT_EQ(files_in(parent), 2U);
  blob.reset();
  EXPECT_EQ(files_in(parent), 1U);
  store->reset();
  EXPECT_EQ(other->read(0, 1), "y") << "a layer outlives the store";
  other.reset();
  EXPECT_TRUE(std::filesystem::is_empty(parent));
  std::filesystem::remove(parent);
}

TEST(BlobStore, SaysWhereItFails) {
  const auto none = directory_blobs("/proc/none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "no folder for image layers in /proc/none: No such file or directory");
}

TEST(BlobStore, SaysWhenThereIsNoRoom) {
  const std::filesystem::path parent = testing::TempDir() + "/blob-store-gone";
  std::filesystem::create_directories(parent);
  const auto store = directory_blobs(parent);
  ASSERT_TRUE(store);
  const auto blob = (*store)->create();
  std::filesystem::remove_all(parent);
  EXPECT_FALSE(blob->append("x"));
  EXPECT_EQ(blob->size(), 0U);
}

}  // namespace
}  // namespace sandbox
