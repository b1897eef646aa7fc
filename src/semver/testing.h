// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

// For the tests of this folder.
namespace semver {

// A text that ends where memory does: the page after it can't be read. AddressSanitizer sees a read before it, too, if it
// is in a heap buffer of its size.
class Tight {
 public:
  explicit Tight(std::string_view text) : size_(text.size()) {
#if defined(CARETAKER_SANITIZE_ADDRESS)
    memory_ = new char[size_];
    begin_ = memory_;
#else
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t readable = (size_ / page + 1) * page;
    mapped_ = readable + page;
    void* const memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      std::abort();
    }
    memory_ = static_cast<char*>(memory);
    if (mprotect(memory_ + readable, page, PROT_NONE) != 0) {
      std::abort();
    }
    begin_ = memory_ + readable - size_;
#endif
    std::memcpy(begin_, text.data(), size_);
  }
  Tight(const Tight&) = delete;
  Tight& operator=(const Tight&) = delete;
  ~Tight() {
#if defined(CARETAKER_SANITIZE_ADDRESS)
    delete[] memory_;
#else
    munmap(memory_, mapped_);
#endif
  }

  std::string_view view() const { return {begin_, size_}; }

 private:
  char* memory_ = nullptr;
  char* begin_ = nullptr;
  std::size_t size_;
  [[maybe_unused]] std::size_t mapped_ = 0;
};

}  // namespace semver
