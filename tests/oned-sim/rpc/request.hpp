// One call of the API on its way through a method: who calls, with what, and what oned may answer.
#pragma once

#include "common/xmlrpc/value.hpp"
#include "tests/oned-sim/objects/world.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onedsim {

enum class Code {
    success = 0,
    authentication = 0x100,
    authorization = 0x200,
    no_exists = 0x400,
    action = 0x800,
    rpc_api = 0x1000,
    internal = 0x2000,
    allocate = 0x4000,
};

struct Refusal {
    Code code = Code::internal;
    std::string text{};                    // oned's words for it, which stand inside a frame that the code gives
    ObjectType object = ObjectType::none;  // none: the method's own
    int id = -1;
};

using Outcome = tl::expected<one::xmlrpc::Value, Refusal>;
inline tl::unexpected<Refusal> refuse(Code code, std::string text)
{
    return tl::unexpected{Refusal{code, std::move(text)}};
}
inline tl::unexpected<Refusal> no_such(ObjectType object, int id)
{
    return tl::unexpected{Refusal{Code::no_exists, "", object, id}};
}

struct Request {
    World& world;
    const Caller& caller;
    const one::xmlrpc::Array& parameters;  // the session first
    std::time_t now = 0;

    [[nodiscard]] int integer(std::size_t at) const
    {
        return static_cast<int>(std::get<std::int64_t>(parameters[at].data));
    }
    [[nodiscard]] int integer(std::size_t at, int otherwise) const
    {
        return at < parameters.size() ? integer(at) : otherwise;
    }
    [[nodiscard]] const std::string& text(std::size_t at) const { return std::get<std::string>(parameters[at].data); }
    [[nodiscard]] bool truth(std::size_t at, bool otherwise) const
    {
        return at < parameters.size() ? std::get<bool>(parameters[at].data) : otherwise;
    }

    /// Nothing, or the refusal of all rights that are not given.
    [[nodiscard]] tl::expected<void, Refusal> may(const std::vector<std::pair<Target, Right>>& wanted,
                                                  Lock lock = Lock::heeded) const;
    [[nodiscard]] bool may_use(const Target& target) const;
    [[nodiscard]] tl::expected<void, Refusal> may_create(ObjectType type, const Cluster* in = nullptr) const;
};

Target target_of(const Host& host);

/// The object, where it exists and the caller has the right to it.
template <class T>
tl::expected<T*, Refusal> reach(Request& request, Pool<T>& pool, ObjectType type, int id, Right right,
                                Lock lock = Lock::heeded)
{
    T* object = pool.find(id);
    if (id >= 0 && !object) return no_such(type, id);
    const Target target = object ? target_of(*object) : Target{.type = type};
    if (auto given = request.may({{target, right}}, lock); !given) return tl::unexpected{given.error()};
    if (!object) return no_such(type, id);
    return object;
}

/// Replaces the template or merges into it, as an `update` method with its type 0 or 1 does.
tl::expected<void, Refusal> update_attributes(Attributes& held, const std::string& text, int type);

/// A method's name, its parameters after the session (s, i, b, a; those after ? may be missing) and what it does.
struct Method {
    std::string_view name{};
    std::string_view parameters{};
    ObjectType object = ObjectType::none;
    Outcome (*run)(Request&) = nullptr;
};

std::span<const Method> account_methods();
std::span<const Method> acl_methods();
std::span<const Method> cluster_methods();
std::span<const Method> document_methods();
std::span<const Method> host_methods();
std::span<const Method> system_methods();

}  // namespace onedsim
