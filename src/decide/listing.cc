// SPDX-License-Identifier: Apache-2.0
#include "decide/facts.h"

#include <algorithm>

namespace decide {
namespace {

constexpr std::size_t block_size = std::size_t{64} * 1024;

}  // namespace

void Listing::add(std::string_view digest, const std::vector<std::string>& tags, std::optional<base::Time> pushed_at,
                  bool usable) {
  if (tags.empty()) return;
  const auto kept_digest = keep(digest);
  for (const auto& tag : tags) {
    Candidate candidate{
        .tag = keep(tag), .digest = kept_digest, .version = {}, .pushed_at = pushed_at, .usable = usable};
    if (const auto version = semver::parse_version(candidate.tag)) candidate.version = *version;
    candidates_.push_back(candidate);
  }
}

Listing Listing::read_by(const rules::TagPattern& pattern) const {
  Listing listing;
  listing.blocks_ = blocks_;
  listing.candidates_ = candidates_;
  for (auto& candidate : listing.candidates_) candidate.version = pattern.version(candidate.tag);
  return listing;
}

const Candidate* Listing::find(std::string_view tag) const {
  const Candidate* found = nullptr;
  for (const auto& candidate : candidates_) {
    // A tag that moved while the pages were read may be listed twice: the later image has it now.
    if (candidate.tag == tag && (!found || candidate.pushed_at > found->pushed_at)) found = &candidate;
  }
  return found;
}

// A block never grows beyond what it reserved, so that texts stay where they are.
std::string_view Listing::keep(std::string_view text) {
  if (blocks_->empty() || blocks_->back().capacity() - blocks_->back().size() < text.size()) {
    blocks_->emplace_back().reserve(std::max(block_size, text.size()));
  }
  auto& block = blocks_->back();
  const auto begin = block.size();
  block.insert(block.end(), text.begin(), text.end());
  return {block.data() + begin, text.size()};
}

}  // namespace decide
