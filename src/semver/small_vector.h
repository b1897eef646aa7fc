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
  T* data() { return data_; }
  const T* data() const { return data_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  std::span<const T> span() const { return {data_, size_}; }

  // `value` must not lie in this vector.
  void push_back(const T& value) { *grow(1) = value; }
  // Adds `count` values that are yet to be written, and gives the first's address.
  T* grow(std::size_t count) {
    reserve(size_ + count);
    size_ += count;
    return data_ + (size_ - count);
  }
  // `values` must not lie in this vector.
  void append(std::span<const T> values) {
    if (!values.empty()) {
      reserve(size_ + values.size());
      std::memcpy(data_ + size_, values.data(), values.size() * sizeof(T));
      size_ += values.size();
    }
  }
  // Removes [first, last).
  void erase(std::size_t first, std::size_t last) {
    std::memmove(data_ + first, data_ + last, (size_ - last) * sizeof(T));
    size_ -= last - first;
  }
  void shrink(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

 private:
  void reserve(std::size_t size) {
    if (size > capacity_) [[unlikely]] {
      move_to_heap(size);
    }
  }
  // Out of line, as it is for none but unusual texts.
  [[gnu::noinline]] void move_to_heap(std::size_t size) {
    const std::size_t capacity = std::max(size, capacity_ * 2);
    std::unique_ptr<T[]> heap(new T[capacity]);
    std::memcpy(heap.get(), data_, size_ * sizeof(T));
    heap_ = std::move(heap);
    data_ = heap_.get();
    capacity_ = capacity;
  }
  void take(SmallVector& other) {
    heap_ = std::move(other.heap_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, inline_size);
    data_ = heap_ ? heap_.get() : inline_;
    other.data_ = other.inline_;
    if (!heap_) {
      std::memcpy(inline_, other.inline_, size_ * sizeof(T));
    }
  }

  std::size_t size_ = 0;
  std::size_t capacity_ = inline_size;
  T* data_ = inline_;
  std::unique_ptr<T[]> heap_;
  T inline_[inline_size];
};

}  // namespace semver
