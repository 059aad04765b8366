// Places for those who wait, and the admin's answer to them.
#include "frontend/enroll/waiting.hpp"

#include "common/http/one_peer.hpp"
#include "common/log.hpp"
#include "common/text/encoding.hpp"
#include "common/text/letters.hpp"
#include "common/text/printable.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/visit.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/facts.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/tokens.hpp"
#include "frontend/enroll/twins.hpp"
#include "frontend/oned/document_types.hpp"

#include <algorithm>
#include <cctype>

namespace onefrontend {

template <class V>
static void fields(V& v, Waiting& m)
{
    v("code", m.code);
    v("secret_hash", m.secret_hash);
    v("source", m.source);
    v("facts", m.facts);
    v("wishes", m.wishes);
    v("asked_at", m.asked_at);
    v("ends_at", m.ends_at);
    v("rejected", m.rejected);
    v("token_id", m.token_id);
}

namespace {

using one::ErrorKind;

constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ2345679";  // none is taken for another, none makes a word
constexpr std::size_t half = 4;
constexpr std::size_t longest_wish = 256;

std::string make_code()
{
    std::string code;
    while (code.size() < 2 * half + 1) {
        if (code.size() == half) code += '-';
        const auto byte = static_cast<unsigned char>(one::random_bytes(1).front());
        const std::size_t fair = 256 / letters.size() * letters.size();
        if (byte < fair) code += letters[byte % letters.size()];
    }
    return code;
}

/// As it is stored: capitals, a dash in the middle.
std::string normal_code(std::string_view word)
{
    std::string code;
    for (const char letter : word) {
        if (letter == '-') continue;
        if (code.size() == half) code += '-';
        code += one::to_upper(letter);
    }
    return code;
}

one::Failure bad_request(std::string thing, std::string reason)
{
    return one::fail(
        {.kind = ErrorKind::invalid, .thing = std::move(thing), .reason = std::move(reason), .doing = "use"});
}

Result<> check_request(const one::wire::AskRequest& request)
{
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (request.secret_hash.size() != 64 || !std::ranges::all_of(request.secret_hash, is_hex))
        return bad_request("secret_hash", "it is no hexadecimal SHA-256");
    TRY(check_facts(request.facts));
    const auto& wishes = request.wishes;
    if (!wishes.name.empty()) TRY(check_host_name(wishes.name));
    for (const std::string* wish : {&wishes.address, &wishes.type, &wishes.cluster}) {
        if (wish->size() > longest_wish || !one::is_printable_line(*wish))
            return bad_request("wishes", "one is too long, or has control characters");
    }
    return {};
}

one::Failure no_place(std::string reason)
{
    return one::fail({.kind = ErrorKind::busy,
                      .thing = "for an approval",
                      .reason = std::move(reason),
                      .next = "try again in some minutes, or join with a token: onefrontend token create",
                      .doing = "wait"});
}

/// Whether one more of this source may wait beside these.
Result<> check_places(const std::vector<Waiting>& present, const std::string& source)
{
    if (std::ssize(present) >= most_waiting) return no_place("as many machines as may wait do so already");
    const auto network = one::http::network_of_one_peer(source);
    const auto is_neighbour = [&](const Waiting& other) {
        return one::http::network_of_one_peer(other.source) == network;
    };
    if (std::ranges::count_if(present, is_neighbour) >= most_waiting_of_one_source)
        return no_place("too many machines of this address wait already");
    return {};
}

const Waiting* of_secret(const std::vector<Waiting>& all, const std::string& secret_hash)
{
    const auto found = std::ranges::find(all, secret_hash, &Waiting::secret_hash);
    return found == all.end() ? nullptr : &*found;
}

std::string document_name(const Waiting& waiting)
{
    return "onenode-waiting-" + waiting.code;
}

}  // namespace

std::string_view state_of(const Waiting& waiting)
{
    if (waiting.rejected) return "rejected";
    return waiting.token_id >= 0 ? "approved" : "waiting";
}

std::string name_of(const Waiting& waiting)
{
    return waiting.wishes.name.empty() ? waiting.facts.host_name : waiting.wishes.name;
}

Node to_node(const Waiting& waiting)
{
    Node node;
    node.name = name_of(waiting);
    node.type = waiting.wishes.type;
    node.address = waiting.wishes.address.empty() ? normal_address(waiting.source) : waiting.wishes.address;
    node.facts = waiting.facts;
    return node;
}

std::string to_json(const Waiting& waiting)
{
    return one::wire::written_as_json(waiting);
}

Result<Waiting> waiting_from_json(int document_id, std::string_view json)
{
    TRY_LET(auto waiting, one::wire::read_from_json<Waiting>(json));
    waiting.id = document_id;
    return waiting;
}

bool looks_like_code(std::string_view word)
{
    const auto code = normal_code(word);
    return code.size() == 2 * half + 1 &&
           std::ranges::all_of(code, [](char c) { return c == '-' || letters.find(c) != std::string_view::npos; });
}

Async<Result<Asked>> WaitingRoom::ask(one::wire::AskRequest request, std::string source, std::int64_t now)
{
    CO_TRY(check_request(request));
    CO_TRY(co_await look_around(now));
    if (const Waiting* own = of_secret(present_, request.secret_hash)) {
        CO_TRY_LET(auto waiting, co_await with_news(*own, std::move(request.facts)));
        co_return Asked{std::move(waiting)};
    }
    CO_TRY(must_not_be_banned(bans_, std::string{}, request.facts));  // an admin's yes would be of no use to it
    CO_TRY(check_places(present_, source));

    Waiting wanted;
    wanted.code = make_code();
    wanted.secret_hash = std::move(request.secret_hash);
    wanted.source = std::move(source);
    wanted.facts = std::move(request.facts);
    wanted.wishes = std::move(request.wishes);
    wanted.asked_at = now;
    wanted.ends_at = now + waiting_time;
    co_return co_await take_place(std::move(wanted), now);
}

/// A machine that mended something, and asks again: the admin is shown what is so now.
Async<Result<Waiting>> WaitingRoom::with_news(Waiting own, one::wire::Facts facts)
{
    const auto told = one::wire::to_json(facts);
    if (state_of(own) != "waiting" || told == one::wire::to_json(own.facts)) co_return own;
    CO_TRY_LET(const auto document, co_await cloud_->document(own.id));  // its answer may have come since
    CO_TRY_LET(auto waiting, waiting_from_json(document.id, document.body));
    if (state_of(waiting) == "waiting" && told != one::wire::to_json(waiting.facts)) {
        waiting.facts = std::move(facts);
        CO_TRY(co_await replace(waiting));
    }
    const auto kept = std::ranges::find(present_, waiting.id, &Waiting::id);
    if (kept != present_.end()) *kept = waiting;
    co_return waiting;
}

/// Ids only grow: of those that asked at once, through whatever replica, the first ones have the places.
Async<Result<Asked>> WaitingRoom::take_place(Waiting wanted, std::int64_t now)
{
    CO_TRY_LET(wanted.id, co_await cloud_->allocate_document(waiting_document, document_name(wanted), to_json(wanted)));
    CO_TRY_LET(auto before, co_await all(now));
    std::erase_if(before, [&](const Waiting& other) { return other.id >= wanted.id; });
    if (const Waiting* first = of_secret(before, wanted.secret_hash)) {  // our own request, sent twice
        CO_TRY(co_await cloud_->delete_document(wanted.id));
        co_return Asked{*first};
    }
    if (auto has_place = check_places(before, wanted.source); !has_place) {
        CO_TRY(co_await cloud_->delete_document(wanted.id));
        co_return one::fail(std::move(has_place.error()));
    }
    present_.push_back(wanted);
    co_return Asked{std::move(wanted), true};
}

Async<Result<>> WaitingRoom::look_around(std::int64_t now)
{
    const auto clock = std::chrono::steady_clock::now();
    if (looked_at_ && clock - *looked_at_ < memory_) co_return Result<>{};
    CO_TRY_LET(const auto documents, co_await cloud_->documents(waiting_document));
    std::vector<Waiting> present;
    for (const auto& document : documents) {
        auto waiting = waiting_from_json(document.id, document.body);
        if (waiting && waiting->ends_at > now)
            present.push_back(*std::move(waiting));
        else
            CO_TRY(co_await cloud_->delete_document(document.id));  // a damaged one helps nobody either
    }
    Bans bans{*cloud_};
    CO_TRY_LET(bans_, co_await bans.all());
    present_ = std::move(present);
    looked_at_ = clock;
    co_return Result<>{};
}

Async<Result<std::vector<Waiting>>> WaitingRoom::all(std::int64_t now)
{
    CO_TRY_LET(const auto documents, co_await cloud_->documents(waiting_document));
    std::vector<Waiting> present;
    for (const auto& document : documents) {
        auto waiting = waiting_from_json(document.id, document.body);
        if (waiting && waiting->ends_at > now) present.push_back(*std::move(waiting));
    }
    co_return present;
}

Async<Result<Waiting>> WaitingRoom::find(std::string code, std::int64_t now)
{
    CO_TRY_LET(const auto present, co_await all(now));
    const auto found = std::ranges::find(present, normal_code(code), &Waiting::code);
    if (found != present.end()) co_return *found;
    co_return one::fail({.kind = ErrorKind::not_found,
                         .thing = "a waiting machine with this code",
                         .reason = "none has it; a code works for ten minutes",
                         .next = "onefrontend node list, or run `onenode join` there again",
                         .doing = "find"});
}

Async<Result<Waiting>> WaitingRoom::approve(std::string code, std::string by, std::int64_t now)
{
    CO_TRY_LET(Waiting waiting, co_await find(std::move(code), now));
    if (waiting.token_id >= 0) co_return waiting;
    if (waiting.rejected)  // it was told so, and gave up
        co_return one::fail({.kind = ErrorKind::conflict,
                             .thing = "the machine with code " + waiting.code,
                             .reason = "it was rejected, and its join has ended",
                             .next = "run `onenode join` there again, and approve its new code",
                             .doing = "approve"});
    Bans bans{*cloud_};
    CO_TRY_LET(const auto banned, co_await bans.all());
    CO_TRY(must_not_be_banned(banned, std::string{}, waiting.facts));
    CO_TRY(co_await refuse_twin(waiting));
    CO_TRY_LET(waiting.token_id, co_await token_for(waiting, std::move(by), now));
    CO_TRY(co_await replace(waiting));
    co_return waiting;
}

/// With a yes it would only be refused later, where the admin does not see it.
Async<Result<>> WaitingRoom::refuse_twin(Waiting waiting)
{
    Nodes nodes{*cloud_};
    CO_TRY_LET(const auto sight, co_await nodes.look());
    const Node node = to_node(waiting);
    co_return must_have_no_twin(node, twins_of(node, sight->nodes.all()));
}

/// Of tokens that were made for one machine at once, or by one who died and tried again, the first one counts.
Async<Result<int>> WaitingRoom::token_for(Waiting waiting, std::string by, std::int64_t now)
{
    Tokens tokens{*cloud_};
    TokenWish wish;
    wish.name = waiting.wishes.name;
    CO_TRY_LET(const int own, co_await tokens.create_for(waiting.secret_hash, wish, std::move(by), now));
    int first = own;
    CO_TRY_LET(const auto all, co_await tokens.all());
    for (const Token& token : all)
        if (token.secret_hash == waiting.secret_hash) first = std::min(first, token.id);
    if (first != own) CO_TRY(co_await cloud_->delete_document(own));
    co_return first;
}

/// The machine may have heard the yes: no token of its secret may stay good.
Async<Result<>> WaitingRoom::take_back(Waiting waiting)
{
    Tokens tokens{*cloud_};
    CO_TRY_LET(const auto all, co_await tokens.all());
    for (const Token& token : all)
        if (token.secret_hash == waiting.secret_hash) CO_TRY(co_await tokens.revoke(token.id));
    co_return Result<>{};
}

/// Of the machine that waited, once it went on: a no comes too late then.
Async<Result<>> WaitingRoom::refuse_if_enrolled(Waiting waiting)
{
    Nodes nodes{*cloud_};
    CO_TRY_LET(const auto all, co_await nodes.all());
    const auto found = std::ranges::find(all, waiting.token_id, &Node::token_id);
    if (waiting.token_id < 0 || found == all.end()) co_return Result<>{};
    co_return one::fail({.kind = ErrorKind::conflict,
                         .thing = "the machine with code " + waiting.code,
                         .reason = "it was approved, and is node " + std::to_string(found->id) + " now",
                         .next = "onefrontend node remove " + std::to_string(found->id),
                         .doing = "reject"});
}

Async<Result<Waiting>> WaitingRoom::reject(std::string code, std::int64_t now)
{
    CO_TRY_LET(Waiting waiting, co_await find(std::move(code), now));
    CO_TRY(co_await refuse_if_enrolled(waiting));
    CO_TRY(co_await take_back(waiting));
    waiting.token_id = -1;
    waiting.rejected = true;
    CO_TRY(co_await replace(waiting));
    co_return waiting;
}

Async<Result<>> WaitingRoom::replace(Waiting waiting)
{
    co_return co_await cloud_->replace_document(waiting.id, document_name(waiting), to_json(waiting));
}

}  // namespace onefrontend
