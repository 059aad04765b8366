// By errno; an Error carries it as the system's own words.
#include "common/shortage.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace one {
namespace {

constexpr std::array numbers{EMFILE, ENFILE, ENOMEM, EAGAIN};

std::optional<Error> shortage_of(int number)
{
    if (std::ranges::find(numbers, number) == numbers.end()) return std::nullopt;
    Error error = error_from_errno(number, "");
    error.doing = "go on";
    return error;
}

}  // namespace

bool is_shortage(const Error& error)
{
    return std::ranges::any_of(
        numbers, [&error](int number) { return error.reason == std::generic_category().message(number); });
}

std::optional<Error> shortage_in(const std::exception& thrown)
{
    if (const auto* shortage = dynamic_cast<const Shortage*>(&thrown)) return shortage->error();
    if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) return shortage_of(ENOMEM);
    if (const auto* failed = dynamic_cast<const std::system_error*>(&thrown))
        return shortage_of(failed->code().value());
    if (const auto* failed = dynamic_cast<const boost::system::system_error*>(&thrown))
        return shortage_of(failed->code().value());
    return std::nullopt;
}

}  // namespace one
