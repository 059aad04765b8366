// The order is oned's: unknown methods first, then the session, then who it is, then the parameters, then the method.
#include "tests/oned-sim/rpc/dispatch.hpp"

#include "tests/oned-sim/rpc/authentication.hpp"
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace onedsim {
namespace {

using one::xmlrpc::Answer;
using one::xmlrpc::Array;
using one::xmlrpc::Call;
using one::xmlrpc::Fault;
using one::xmlrpc::Value;

constexpr int internal_fault = -500;
constexpr int type_fault = -501;
constexpr int parse_fault = -503;
constexpr int unknown_method_fault = -506;

const Method* find(std::string_view name)
{
    for (const auto& methods :
         {account_methods(), acl_methods(), cluster_methods(), document_methods(), host_methods(), system_methods()})
        for (const auto& method : methods)
            if (method.name == name) return &method;
    return nullptr;
}

bool fits(const Value& value, char kind)
{
    switch (kind) {
    case 's': return std::holds_alternative<std::string>(value.data);
    case 'i': return std::holds_alternative<std::int64_t>(value.data);
    case 'b': return std::holds_alternative<bool>(value.data);
    default: return std::holds_alternative<Array>(value.data);
    }
}

std::string misfit(char kind)
{
    switch (kind) {
    case 's': return "Parameter that is supposed to be a string is not";
    case 'i': return "Parameter that is supposed to be integer is not";
    case 'b': return "Parameter that is supposed to be boolean is not";
    default: return "Parameter that is supposed to be an array is not";
    }
}

std::optional<Fault> check(const Array& parameters, std::string_view kinds)
{
    std::size_t at = 1;
    bool optional = false;
    for (const char kind : kinds) {
        if (kind == '?') {
            optional = true;
            continue;
        }
        if (at >= parameters.size()) {
            if (optional) return std::nullopt;
            return Fault{type_fault, "Not enough parameters"};
        }
        if (!fits(parameters[at], kind)) return Fault{type_fault, misfit(kind)};
        ++at;
    }
    return std::nullopt;
}

std::string text_of(const Refusal& refusal, const Method& method, const Caller& caller)
{
    const auto object = word_for(refusal.object == ObjectType::none ? method.object : refusal.object);
    switch (refusal.code) {
    case Code::authentication: return "User couldn't be authenticated, aborting call.";
    case Code::authorization: return fmt::format("User [{}] : {}.", caller.uid, refusal.text);
    case Code::no_exists:
        return refusal.id == -1 ? fmt::format("Error getting {} Pool.", object)
                                : fmt::format("Error getting {} [{}].", object, refusal.id);
    case Code::allocate: return fmt::format("Error allocating a new {}. {}", object, refusal.text);
    default: return refusal.text;
    }
}

Answer failure(const Refusal& refusal, const Method& method, const Caller& caller, FrontLog& log, std::int64_t request)
{
    auto text = fmt::format("[{}] {}", method.name, text_of(refusal, method, caller));
    log.error("ReM", fmt::format("Req:{:04} UID:{} {} result FAILURE {}", request,
                                 caller.uid == -1 ? "-" : std::to_string(caller.uid), method.name, text));
    return Value{Array{false, std::move(text), static_cast<int>(refusal.code), refusal.id, -1}};
}

/// What is no text is no session either; oned's library takes a number's digits.
std::string session_of(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value.data);
    return text ? *text : std::string{};
}

}  // namespace

Answer answer(World& world, const Call& call, std::time_t now, FrontLog& log)
{
    const auto* method = find(call.method);
    if (!method) return Fault{unknown_method_fault, fmt::format("Method '{}' not defined", call.method)};
    if (call.parameters.empty())
        return Fault{internal_fault,
                     "Unexpected error executing code for particular method, detected by Xmlrpc-c method registry "
                     "code.  Method did "
                     "not fail; rather, it did not complete at all.  Subscript of xmlrpc_c::paramList out of bounds"};

    const auto number = ++world.requests;
    const auto caller = authenticate(world, session_of(call.parameters.front()), now);
    if (!caller) return failure({.code = Code::authentication}, *method, {}, log, number);
    if (auto fault = check(call.parameters, method->parameters)) return *std::move(fault);

    Request request{.world = world, .caller = *caller, .parameters = call.parameters, .now = now};
    auto outcome = method->run(request);
    if (!outcome) return failure(outcome.error(), *method, *caller, log, number);
    log.debug("ReM", fmt::format("Req:{:04} UID:{} {} result SUCCESS", number, caller->uid, method->name));
    return Value{Array{true, *std::move(outcome), 0}};
}

Answer answer_to_garbage(const one::Error& error)
{
    const bool broken = error.reason.starts_with("not well-formed") || error.reason.starts_with("byte ");
    return Fault{parse_fault, fmt::format("Call XML not a proper XML-RPC call.  {}{}",
                                          broken ? "Call is not valid XML.  " : "", error.reason)};
}

}  // namespace onedsim
