// A call is made with the world's lock held, so each happens wholly before or after any other.
#include "tests/oned-sim/rpc/front.hpp"

#include "tests/oned-sim/rpc/dispatch.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace onedsim {
namespace {

using one::xmlrpc::Answer;
using one::xmlrpc::Array;
using one::xmlrpc::Value;

std::string date_of(const Clock& clock)
{
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} UTC", fmt::gmtime(clock.now()));
}

std::string text_of(const Answer& answer)
{
    auto text = one::xmlrpc::to_xml(answer);
    return text ? *std::move(text) : *one::xmlrpc::to_xml(Answer{one::xmlrpc::Fault{-500, text.error().reason}});
}

}  // namespace

Front::Front(Guarded<World>& world, Store& store, Faults& faults, const Clock& clock, FrontLog& log) :
    world_(world),
    store_(store),
    faults_(faults),
    clock_(clock),
    log_(log),
    server_([this](const std::string& body) { return reply_to(body); }, [&clock] { return date_of(clock); })
{
}

void Front::stop()
{
    stop_.raise();
    server_.stop();
}

std::string Front::response_to(const one::xmlrpc::Call& call)
{
    const auto answered = world_.with([&](World& world) {
        auto made = answer(world, call, clock_.now(), log_);
        if (auto saved = store_.save(world); !saved) log_.error("ONE", one::to_line(saved.error()));
        return made;
    });
    return http_response(200, "OK", text_of(answered), date_of(clock_));
}

Reply Front::reply_to(const std::string& body)
{
    const auto plain = [&](const Answer& answer) { return http_response(200, "OK", text_of(answer), date_of(clock_)); };
    // xmlrpc-c knows no characters above U+FFFF: UTF-8 of four bytes.
    if (std::ranges::any_of(body, [](char letter) { return static_cast<unsigned char>(letter) >= 0xF0; }))
        return {.bytes = plain(answer_to_garbage({.reason = "character not in the Basic Multilingual Plane"}))};
    const auto call = one::xmlrpc::parse_call(body);
    if (!call) return {.bytes = plain(answer_to_garbage(call.error()))};

    const Fault fault = faults_.next(call->method);
    if (fault.delay_ms > 0 && !stop_.sleep(fault.delay_ms)) return {};
    switch (fault.kind) {
    case FaultKind::none: break;
    case FaultKind::drop: return {};
    case FaultKind::reset: return {.reset = true};
    case FaultKind::garbage:
        return {.bytes = http_response(200, "OK", "\x01\x02<<< nothing of this kind >>>", date_of(clock_))};
    case FaultKind::status: return {.bytes = http_response(500, "Internal Server Error", "", date_of(clock_))};
    case FaultKind::lose_answer: response_to(*call); return {};
    case FaultKind::truncate: {
        const auto whole = response_to(*call);
        return {.bytes = whole.substr(0, whole.size() - whole.size() / 4)};
    }
    case FaultKind::endless:
        return {.bytes = "HTTP/1.1 200 OK\r\nContent-type: text/xml; charset=utf-8\r\nConnection: close\r\n\r\n",
                .endless = true};
    case FaultKind::error:
        return {.bytes =
                    plain(Value{Array{false, fmt::format("[{}] {}", call->method, fault.text), fault.code, -1, -1}})};
    }
    return {.bytes = response_to(*call)};
}

}  // namespace onedsim
