// What may go wrong is a value: Error says what we acted on, why it failed and what the reader does now.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace one {

enum class ErrorKind {
    internal,
    not_found,
    denied,    // the other side, or the kernel, refused us
    invalid,   // input that can never work
    conflict,  // somebody else has it, or it changed under us
    busy,      // worth trying again later
    timeout,
    unreachable,  // no answer at all: name, route, refused connection
    untrusted,    // the peer is not who it must be
    no_space,
    read_only,
    unsupported,
    interrupted,
};

struct Error {
    ErrorKind kind = ErrorKind::internal;  // what a program may branch on
    std::string thing{};                   // what we acted on: a path, a unit, a host
    std::string reason{};                  // why it did not work; never holds a secret
    std::string next{};                    // what the reader does now, as a command where there is one
    std::string doing{};                   // verb phrase, "write sudo rules"; added by whoever knows (while_doing)

    bool operator==(const Error&) const = default;
};

/// tl::expected that cannot be ignored by accident.
template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using Base = tl::expected<T, Error>;
    using Base::Base;
    Result(Base value) : Base(std::move(value)) {}
};

using Failure = tl::unexpected<Error>;

inline Failure fail(Error error)
{
    return Failure{std::move(error)};
}

/// `cannot <doing> <thing>: <reason>`, one line, without `next`.
std::string to_line(const Error& error);

/// The line above, and `next` on a line of its own where there is one.
std::string to_text(const Error& error);

/// "not-found", "denied", ...: the kind as JSON and metrics show it.
std::string_view to_string(ErrorKind kind);
/// The other way; internal for a word that is none.
ErrorKind error_kind_named(std::string_view word);

/// The Error of an errno value; ENOSPC, EROFS, EACCES... get their kind and the usual next action.
Error error_from_errno(int number, std::string thing);

/// For `.map_error(while_doing("write sudo rules"))`: the outermost caller's words win only where none stand yet.
inline auto while_doing(std::string_view doing)
{
    return [doing](Error error) {
        if (error.doing.empty()) error.doing = doing;
        return error;
    };
}

}  // namespace one

// Our only macros. The CO_ twins are for coroutines.
#define ONE_JOIN_(a, b) a##b
#define ONE_JOIN(a, b) ONE_JOIN_(a, b)

#define TRY(...)                                                                  \
    do {                                                                          \
        if (auto try_result = (__VA_ARGS__); !try_result)                         \
            return ::tl::unexpected<::one::Error>(std::move(try_result).error()); \
    } while (false)

#define TRY_LET(declaration, ...) ONE_TRY_LET_(ONE_JOIN(try_result_, __LINE__), return, declaration, __VA_ARGS__)

#define CO_TRY(...)                                                                  \
    do {                                                                             \
        if (auto try_result = (__VA_ARGS__); !try_result)                            \
            co_return ::tl::unexpected<::one::Error>(std::move(try_result).error()); \
    } while (false)

#define CO_TRY_LET(declaration, ...) ONE_TRY_LET_(ONE_JOIN(try_result_, __LINE__), co_return, declaration, __VA_ARGS__)

#define ONE_TRY_LET_(result, leave, declaration, ...)                             \
    auto result = (__VA_ARGS__);                                                  \
    if (!result) leave ::tl::unexpected<::one::Error>(std::move(result).error()); \
    declaration = *std::move(result)
