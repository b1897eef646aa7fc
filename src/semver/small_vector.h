// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace semver {

// A vector of plain values that allocates only beyond `inline_size` of them. Moving leaves the source empty; addresses
// of elements do not survive a move.
template <class T, std::size_t inline_size>
class SmallVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  SmallVector() = default;
  SmallVector(const SmallVector& other) { append(other.span()); }
  SmallVector(SmallVector&& other) noexcept { take(other); }
  SmallVector& operator=(const SmallVector& other) {
    if (this != &other) {
      size_ = 0;
      append(other.span());
    }
    return *this;
  }
  SmallVector& operator=(SmallVector&& other) noexcept {
    if (this != &other) {
      take(other);
    }
    return *this;
  }
  ~SmallVector() = default;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return heap_ ? heap_.get() : inline_; }
  const T* data() const { return heap_ ? heap_.get() : inline_; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  T& back() { return data()[size_ - 1]; }
  std::span<const T> span() const { return {data(), size_}; }

  void push_back(T value) {
    reserve(size_ + 1);
    data()[size_++] = value;
  }
  // Adds `count` values that are yet to be written, and gives the first's address.
  T* grow(std::size_t count) {
    reserve(size_ + count);
    size_ += count;
    return data() + (size_ - count);
  }
  // `values` must not lie in this vector.
  void append(std::span<const T> values) {
    if (!values.empty()) {
      reserve(size_ + values.size());
      std::memcpy(data() + size_, values.data(), values.size() * sizeof(T));
      size_ += values.size();
    }
  }
  // Removes [first, last).
  void erase(std::size_t first, std::size_t last) {
    std::memmove(data() + first, data() + last, (size_ - last) * sizeof(T));
    size_ -= last - first;
  }
  void shrink(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

 private:
  void reserve(std::size_t size) {
    if (size > capacity_) {
      const std::size_t capacity = std::max(size, capacity_ * 2);
      std::unique_ptr<T[]> heap(new T[capacity]);
      std::memcpy(heap.get(), data(), size_ * sizeof(T));
      heap_ = std::move(heap);
      capacity_ = capacity;
    }
  }
  void take(SmallVector& other) {
    heap_ = std::move(other.heap_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, inline_size);
    if (!heap_) {
      std::memcpy(inline_, other.inline_, size_ * sizeof(T));
    }
  }

  std::size_t size_ = 0;
  std::size_t capacity_ = inline_size;
  std::unique_ptr<T[]> heap_;
  T inline_[inline_size];
};

}  // namespace semver
