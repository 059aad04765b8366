// A string that zeroes itself, cannot be copied by accident and cannot be printed: it has no formatter and no <<.
#pragma once

#include <string>
#include <string_view>

namespace one {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view bytes) : bytes_(bytes) {}
    /// Takes the bytes and wipes the string they came in.
    explicit Secret(std::string&& bytes);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    [[nodiscard]] Secret copy() const { return Secret{reveal()}; }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    /// The one way to the bytes, so that every use can be found by its name.
    [[nodiscard]] std::string_view reveal() const { return bytes_; }

private:
    std::string bytes_{};
};

/// Compares in a time that does not depend on where the first difference stands.
bool same_secret(const Secret& left, const Secret& right);

/// Overwrites the bytes, also those beyond size(), in a way that the compiler cannot leave away.
void wipe(std::string& bytes);

}  // namespace one
