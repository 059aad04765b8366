// Objects beside the texts that they were read from: what stands in a later listing in the same words is not read again.
// Only reading is saved by it; what there is, and in which words, the later listing alone says.
#pragma once

#include "frontend/oned/client.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace onefrontend {

template <class T>
class Readings {
public:
    [[nodiscard]] const std::vector<T>& all() const { return objects_; }

    /// Null where it was not there, or in other words.
    [[nodiscard]] const T* find(const oned::Document& document) const
    {
        const auto at = std::ranges::lower_bound(objects_, document.id, {}, &T::id);
        if (at == objects_.end() || at->id != document.id) return nullptr;
        return texts_[static_cast<std::size_t>(at - objects_.begin())] == document.body ? &*at : nullptr;
    }
    /// Ascending by id.
    void add(T object, std::string text)
    {
        objects_.push_back(std::move(object));
        texts_.push_back(std::move(text));
    }

private:
    std::vector<T> objects_{};
    std::vector<std::string> texts_{};
};

}  // namespace onefrontend
