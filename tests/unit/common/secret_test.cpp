// What no secret does: get printed, or leave its bytes behind.
#include "common/secret.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

using one::Secret;

template <class T>
concept Streams = requires(std::ostream& out, const T& value)
{
    out << value;
};
template <class T>
concept Compares = requires(const T& left, const T& right)
{
    left == right;
};

static_assert(fmt::is_formattable<std::string>::value && Streams<std::string> && Compares<std::string> &&
                  std::is_constructible_v<nlohmann::json, const std::string&>,
              "the questions below are answered yes where something is printable");
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!fmt::is_formattable<const Secret&>::value);
static_assert(!Streams<Secret>);
static_assert(!Compares<Secret>, "== takes a time that depends on the bytes");
static_assert(!std::is_convertible_v<const Secret&, std::string> && !std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<const Secret&, std::string_view> &&
              !std::is_convertible_v<const Secret&, const char*>);
static_assert(!std::is_constructible_v<std::string, const Secret&> &&
              !std::is_constructible_v<std::string_view, const Secret&>);
static_assert(!std::is_constructible_v<nlohmann::json, const Secret&> &&
              !std::is_constructible_v<nlohmann::json, Secret>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

constexpr std::string_view short_bytes = "tOk3n";  // within the string itself
const std::string long_bytes(200, 'S');

/// A place for one Secret, whose bytes can be looked at when it is gone.
class Place {
public:
    template <class... From>
    Secret& make(From&&... from)
    {
        return *new (memory_.data()) Secret{std::forward<From>(from)...};
    }
    [[nodiscard]] bool holds(std::string_view bytes) const
    {
        const std::string_view all{reinterpret_cast<const char*>(memory_.data()), memory_.size()};
        return all.find(bytes) != std::string_view::npos;
    }

private:
    alignas(Secret) std::array<std::byte, sizeof(Secret)> memory_{};
};

// A long one lies in memory of its own: at the end of this file the test is in the place of the program's delete, which
// is the last that sees it.
enum class Watched { still_there, was_zero, held_bytes };

thread_local const char* watched = nullptr;
thread_local std::size_t watched_size = 0;
thread_local Watched seen = Watched::still_there;

void watch(std::string_view bytes)
{
    watched = bytes.data();
    watched_size = bytes.size();
    seen = Watched::still_there;
}

void look_at(const void* memory)
{
    if (!memory || memory != watched) return;
    const bool is_zero = std::all_of(watched, watched + watched_size, [](char byte) { return byte == 0; });
    seen = is_zero ? Watched::was_zero : Watched::held_bytes;
    watched = nullptr;
}

Watched state_of_watched()
{
    return seen;
}

TEST(Secret, LeavesNoByteOfAShortOneBehind)
{
    Place place;
    Secret& secret = place.make(short_bytes);
    ASSERT_TRUE(place.holds(short_bytes)) << "else there is nothing to see here";
    secret.~Secret();
    EXPECT_FALSE(place.holds(short_bytes.substr(1)));
}

TEST(Secret, LeavesNoByteOfALongOneBehind)
{
    Place place;
    Secret& secret = place.make(std::string_view{long_bytes});
    watch(secret.reveal());
    secret.~Secret();
    EXPECT_EQ(state_of_watched(), Watched::was_zero);
}

TEST(Secret, LeavesNothingWhereItMovedFrom)
{
    for (const std::string_view bytes : {short_bytes, std::string_view{long_bytes}}) {
        Place place;
        Secret& secret = place.make(bytes);
        watch(secret.reveal());
        const Secret moved{std::move(secret)};
        EXPECT_EQ(moved.reveal(), bytes);
        EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): what a move leaves is what is asked
        EXPECT_FALSE(place.holds(short_bytes.substr(1)));
        secret.~Secret();
        EXPECT_NE(state_of_watched(), Watched::held_bytes);
    }
}

TEST(Secret, LeavesNothingOfWhatItHeldWhereAnotherIsMovedIn)
{
    for (const std::string_view bytes : {short_bytes, std::string_view{long_bytes}}) {
        Place place;
        Secret& secret = place.make(bytes);
        watch(secret.reveal());
        Secret other{std::string_view{"x"}};
        secret = std::move(other);
        EXPECT_EQ(secret.reveal(), "x");
        EXPECT_TRUE(other.empty());  // NOLINT(bugprone-use-after-move)
        EXPECT_FALSE(place.holds(short_bytes.substr(1)));
        secret.~Secret();
        EXPECT_NE(state_of_watched(), Watched::held_bytes);
    }
}

TEST(Secret, WipesTheStringThatItTook)
{
    std::string given = long_bytes;
    watch(given);
    const Secret secret{std::move(given)};
    EXPECT_EQ(secret.reveal(), long_bytes);
    given.shrink_to_fit();  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(state_of_watched(), Watched::was_zero);
}

TEST(Wipe, ReachesWhatAStringHasBeyondItsEnd)
{
    std::string bytes = long_bytes;
    watch(bytes);
    bytes.resize(1);
    one::wipe(bytes);
    bytes.shrink_to_fit();
    EXPECT_EQ(state_of_watched(), Watched::was_zero);
}

}  // namespace

void* operator new(std::size_t size)
{
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept
{
    look_at(memory);
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    look_at(memory);
    std::free(memory);
}
