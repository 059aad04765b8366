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

constexpr std::array numbers{EMFILE, ENFILE, ENOMEM, EAGAIN, EIO};

std::optional<Error> shortage_of(int number, const std::string& said)
{
    if (!is_shortage(number)) return std::nullopt;
    Error error = error_from_errno(number, said);
    error.doing = "go on";
    return error;
}

}  // namespace

void throw_shortage(int number, const std::string& thing)
{
    throw std::system_error{number, std::generic_category(), thing};
}

bool is_shortage(int number)
{
    return std::ranges::find(numbers, number) != numbers.end();
}

bool is_shortage(const Error& error)
{
    return std::ranges::any_of(
        numbers, [&error](int number) { return error.reason == std::generic_category().message(number); });
}

std::optional<Error> shortage_in(const std::exception& thrown)
{
    if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) return shortage_of(ENOMEM, "");
    if (const auto* ours = dynamic_cast<const std::system_error*>(&thrown))
        return shortage_of(ours->code().value(), "");
    if (const auto* asios = dynamic_cast<const boost::system::system_error*>(&thrown))
        return shortage_of(asios->code().value(), "");
    return std::nullopt;
}

}  // namespace one
