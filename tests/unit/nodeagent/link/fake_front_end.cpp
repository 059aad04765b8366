// The routes of a front-end in memory.
#include "tests/unit/nodeagent/link/fake_front_end.hpp"

#include "common/identity/key.hpp"
#include "common/identity/signature.hpp"
#include "common/join_token.hpp"
#include "common/text/encoding.hpp"

#include <algorithm>
#include <stdexcept>

namespace onenode {
namespace {

namespace http = one::http;
namespace identity = one::identity;
namespace wire = one::wire;

constexpr int token_id = 7;
constexpr int node_id = 21;
const identity::Time year_2020{std::chrono::seconds{1'577'836'800}};
const identity::Time year_2040{std::chrono::seconds{2'208'988'800}};

template <class T>
T good(one::Result<T> result)
{
    if (!result) throw std::runtime_error{one::to_text(result.error())};
    return *std::move(result);
}

http::Response json(std::string body)
{
    return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

http::Response refusal(int status, const wire::ApiError& error)
{
    http::Response response{.status = status, .body = wire::to_json(error)};
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

bool is_public(std::string_view path)
{
    return path == "/v1/hello" || path == "/v1/plan" || path == "/v1/ask" || path == "/v1/enroll";
}

// One for all: making and reading keys is what a fake front-end would spend most of its time on.
const http::TlsContextPtr& fake_server_tls()
{
    static const auto tls = [] {
        auto key = good(identity::make_private_key());
        const identity::Issue server{.common_name = "one",
                                     .addresses = {"127.0.0.1"},
                                     .purpose = identity::Purpose::server,
                                     .not_before = year_2020,
                                     .not_after = year_2040};
        const auto leaf = good(identity::issue(fake_authority(), good(identity::public_key_of(key)), server));
        return good(http::make_server_tls(
            {.for_nodes = {.chain_pem = leaf + fake_authority().certificate_pem, .private_key_pem = std::move(key)},
             .client_authority_pem = fake_authority().certificate_pem}));
    }();
    return tls;
}

}  // namespace

const identity::Authority& fake_authority()
{
    static const auto authority = good(identity::make_authority("onenode CA", year_2020, year_2040));
    return authority;
}

std::string digest_of(const wire::Neighbours& neighbours)
{
    return one::to_hex(one::sha256(wire::to_json(neighbours)));
}

FakeFrontEnd::FakeFrontEnd() : token_secret_(one::make_join_secret().reveal())
{
    cloud_.desired.node_name = "node1";
    cloud_.desired.type = "kvm";
    cloud_.desired.opennebula = "7.4.0";
    cloud_.desired.zone = "OpenNebula";
    cloud_.desired.version = wire::version_of(cloud_.desired);
    const auto handler = [this](http::Request request) { return serve(this, std::move(request)); };
    server_ = std::make_unique<http::Server>(loop_.get_executor(), fake_server_tls(), http::ServerLimits{}, handler);
    port_ = good(server_->listen("127.0.0.1", 0));
    thread_ = std::thread{[this] { loop_.run(); }};
}

FakeFrontEnd::~FakeFrontEnd()
{
    go_away();
}

void FakeFrontEnd::go_away()
{
    if (!thread_.joinable()) return;
    one::asio::co_spawn(loop_, server_->drain(std::chrono::milliseconds{0}), one::asio::use_future).wait();
    loop_.stop();
    thread_.join();
    server_.reset();
}

std::string FakeFrontEnd::pin() const
{
    return identity::pin_of_key(good(identity::read_certificate(fake_authority().certificate_pem)).public_key);
}

std::string FakeFrontEnd::token() const
{
    one::JoinToken token{.id = token_id, .secret = one::Secret{std::string_view{token_secret_}}, .pin = pin()};
    return std::string{one::to_text(token).reveal()};
}

void FakeFrontEnd::break_at(std::size_t request, Break moment)
{
    const std::lock_guard guard{mutex_};
    count_ = 0;
    break_at_ = request;
    moment_ = moment;
}

void FakeFrontEnd::refuse(std::string path, int status, wire::ApiError error)
{
    const std::lock_guard guard{mutex_};
    std::erase_if(refusals_, [&path](const Refusal& one) { return one.path == path; });
    if (!error.kind.empty()) refusals_.push_back({std::move(path), status, std::move(error)});
}

void FakeFrontEnd::say(std::optional<http::Response> response)
{
    const std::lock_guard guard{mutex_};
    canned_ = std::move(response);
}

std::vector<std::string> FakeFrontEnd::asked()
{
    return with([](const FakeCloud& cloud) { return cloud.asked; });
}

one::Async<http::Response> FakeFrontEnd::serve(FakeFrontEnd* self, http::Request request)
{
    co_return self->answer(request);
}

http::Response FakeFrontEnd::answer(const http::Request& request)
{
    const std::lock_guard guard{mutex_};
    const std::string path{request.path()};
    cloud_.asked.push_back(request.method + ' ' + path);
    if (cloud_.on_request) cloud_.on_request(cloud_.asked.back());
    const bool breaks = ++count_ == break_at_;
    if (canned_) return *canned_;
    if (breaks && moment_ == Break::before) return {.status = 500};
    const auto refused = std::ranges::find(refusals_, path, &Refusal::path);
    if (refused != refusals_.end()) return refusal(refused->status, refused->error);
    if (!is_public(path)) {
        const auto shown = identity::read_certificate(request.peer.certificate_pem);
        if (shown && cloud_.node && shown->public_key == cloud_.node->pending_key)
            cloud_.node->key = std::exchange(cloud_.node->pending_key, {});
        if (!shown || !cloud_.node || shown->public_key != cloud_.node->key)
            return refusal(404, {"not-found", "this machine's node", "it was removed on the front-end", ""});
    }
    auto response = route(request);
    if (breaks) return {.status = 500};
    return response;
}

http::Response FakeFrontEnd::route(const http::Request& request)
{
    const auto path = request.path();
    if (path == "/v1/hello")
        return json(wire::to_json(wire::Hello{
            "0.1.0", "OpenNebula", cloud_.desired.opennebula, cloud_.time_ms, {pin()}, cloud_.desired.repository}));
    if (path == "/v1/plan") return json(wire::to_json(wire::PlanAnswer{cloud_.desired, cloud_.enroll_findings}));
    if (path == "/v1/ask") return approval(request);
    if (path == "/v1/enroll") return enroll(request);
    if (path == "/v1/desired" && !cloud_.desired_text.empty()) return json(cloud_.desired_text);
    if (path == "/v1/desired") {
        const auto known = request.header("If-None-Match");
        auto state = cloud_.desired;
        const bool is_apart = request.header("Onenode-Neighbours") == "apart";
        if (cloud_.neighbours && is_apart) state.neighbours = digest_of(*cloud_.neighbours);
        auto answer = known == '"' + state.version + '"' ? http::Response{.status = 304} : json(wire::to_json(state));
        answer.headers.emplace_back("Onenode-Authorities", cloud_.authorities);
        return answer;
    }
    if (path == "/v1/neighbours" && cloud_.neighbours) {
        if (request.header("If-None-Match") == '"' + digest_of(*cloud_.neighbours) + '"') return {.status = 304};
        return json(wire::to_json(*cloud_.neighbours));
    }
    if (path == "/v1/renew") {
        const auto asked = wire::from_json<wire::RenewRequest>(request.body);
        const auto csr = good(identity::read_request(asked->certificate_request));
        if (csr.public_key != cloud_.node->key) cloud_.node->pending_key = csr.public_key;
        return json(
            wire::to_json(wire::RenewAnswer{2, certificate_for(csr.public_key), fake_authority().certificate_pem}));
    }
    if (path == "/v1/recover") return json(wire::to_json(wire::RecoveryChallenge{"sign this"}));
    if (path == "/v1/recover/signed") {
        const auto asked = good(wire::from_json<wire::RecoveryRequest>(request.body));
        const auto shown = good(identity::read_certificate(request.peer.certificate_pem));
        const auto signature = good(one::from_base64(asked.signature));
        if (asked.nonce != "sign this" || !identity::verify_signature(shown.public_key, text_to_sign(asked), signature))
            return {.status = 403};
        const auto csr = good(identity::read_request(asked.certificate_request));
        cloud_.node->pending_key = csr.public_key;
        return json(
            wire::to_json(wire::RenewAnswer{2, certificate_for(csr.public_key), fake_authority().certificate_pem}));
    }
    if (path == "/v1/prove/login") return json(wire::to_json(wire::LoginChallenge{"a nonce", cloud_.nonce_path}));
    if (path == "/v1/prove/login/verdict")
        return json(wire::to_json(wire::ProofReport{cloud_.login_findings, "10.0.0.1", 5}));
    if (path == "/v1/prove/monitoring")
        return json(wire::to_json(wire::MonitoringChallenge{
            "10.0.0.1", 4124, {one::to_base64("small"), one::to_base64("larger")}, "a line"}));
    if (path == "/v1/prove/monitoring/verdict") {
        cloud_.heard = good(wire::from_json<wire::MonitoringSent>(request.body));
        return json(wire::to_json(wire::ProofReport{cloud_.monitoring_findings, "", 5}));
    }
    if (path == "/v1/rehearse") return json(wire::to_json(wire::ProofReport{cloud_.rehearsal_findings, "", 5}));
    if (path == "/v1/register") {
        if (cloud_.node->host_id < 0) {
            cloud_.node->host_id = cloud_.next_host++;
            cloud_.hosts.push_back(cloud_.node->host_id);
            cloud_.node->phase = "registering";
        }
        return host_report();
    }
    if (path == "/v1/host") {
        if (cloud_.polls_until_on > 0) --cloud_.polls_until_on;
        return host_report();
    }
    if (path == "/v1/joined") {
        cloud_.node->phase = "joined";
        return host_report();
    }
    if (path == "/v1/moved") {
        cloud_.reported = good(wire::from_json<wire::MovedRequest>(request.body));
        return json(wire::to_json(cloud_.moved));
    }
    if (path == "/v1/moved/verdict") return json(wire::to_json(cloud_.moved_verdict));
    if (path == "/v1/abandon" || path == "/v1/leave") return leave(request);
    if (path == "/v1/left") {
        if (cloud_.node->phase == "joined")
            return refusal(409, {"conflict", "node node1", "its host is still in OpenNebula", "onenode leave"});
        cloud_.node.reset();
        return json("{}");
    }
    return {.status = 404};
}

http::Response FakeFrontEnd::approval(const http::Request& request)
{
    const auto state = cloud_.approval.front();
    if (cloud_.approval.size() > 1) cloud_.approval.erase(cloud_.approval.begin());
    if (state == "approved") cloud_.approved_hash = good(wire::from_json<wire::AskRequest>(request.body)).secret_hash;
    // What starts with another code is another wait.
    const bool is_code = state.find('-') != std::string::npos;
    return json(wire::to_json(wire::AskAnswer{is_code ? "waiting" : state, is_code ? state : "BCDF-GHJK",
                                              state == "approved" ? token_id : -1, 1'800'000'000}));
}

http::Response FakeFrontEnd::enroll(const http::Request& request)
{
    const auto asked = good(wire::from_json<wire::EnrollRequest>(request.body));
    const auto token = good(one::parse_join_token(asked.token.reveal()));
    const bool is_approved = one::hash_of_join_secret(token.secret) == cloud_.approved_hash;
    if (token.secret.reveal() != token_secret_ && !is_approved)
        return refusal(403, {"denied", "the join token", "it gives no right to join", "onefrontend token create"});
    const auto csr = good(identity::read_request(asked.certificate_request));
    if (cloud_.node && cloud_.node->key != csr.public_key)
        return refusal(409, {"conflict", "the join token", "another machine has used it", "onefrontend token create"});
    if (!cloud_.node) cloud_.node = FakeNode{.key = csr.public_key};
    return json(
        wire::to_json(wire::EnrollAnswer{node_id, 1, certificate_for(csr.public_key), fake_authority().certificate_pem,
                                         cloud_.desired, cloud_.enroll_findings}));
}

http::Response FakeFrontEnd::host_report()
{
    const bool there =
        cloud_.node->host_id >= 0 && std::ranges::find(cloud_.hosts, cloud_.node->host_id) != cloud_.hosts.end();
    if (!there)
        return json(wire::to_json(wire::HostReport{.name = cloud_.desired.node_name, .phase = cloud_.node->phase}));
    const bool settled = cloud_.polls_until_on == 0;
    return json(wire::to_json(wire::HostReport{cloud_.node->host_id, cloud_.desired.node_name,
                                               settled ? cloud_.end_state : "init", settled ? cloud_.end_reason : "",
                                               cloud_.node->phase, cloud_.running_vms}));
}

http::Response FakeFrontEnd::leave(const http::Request& request)
{
    const auto wishes =
        request.body.empty() ? wire::LeaveRequest{} : good(wire::from_json<wire::LeaveRequest>(request.body));
    if (cloud_.running_vms > 0 && !wishes.abandon_vms)
        return refusal(409, {"conflict", "host " + cloud_.desired.node_name,
                             std::to_string(cloud_.running_vms) + " virtual machines run on it",
                             "migrate them away, or: onenode leave --accept-risk=abandon-vms"});
    if (request.path() == "/v1/abandon" && cloud_.node->phase == "joined")
        return refusal(409, {"conflict", "the join of node1", "it is finished", "onenode leave"});
    cloud_.node->phase = request.path() == "/v1/leave" ? "leaving" : "enrolled";
    if (cloud_.running_vms > 0)
        return json(wire::to_json(wire::HostReport{cloud_.node->host_id, cloud_.desired.node_name, "off", "",
                                                   cloud_.node->phase, cloud_.running_vms}));
    std::erase(cloud_.hosts, cloud_.node->host_id);
    cloud_.node->host_id = -1;
    return json(wire::to_json(wire::HostReport{.name = cloud_.desired.node_name, .phase = cloud_.node->phase}));
}

std::string FakeFrontEnd::certificate_for(const std::string& public_key)
{
    const identity::Issue node{.common_name = "node-21",
                               .purpose = identity::Purpose::client,
                               .not_before = year_2020,
                               .not_after = year_2040};
    return good(identity::issue(fake_authority(), public_key, node));
}

}  // namespace onenode
