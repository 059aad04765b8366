// A front-end on loopback: real TLS and HTTP, the routes of the enrollment API over a few values in memory. It refuses,
// breaks and dies on demand, and counts what it was asked.
#pragma once

#include "common/http/server.hpp"
#include "common/identity/certificate.hpp"
#include "common/wire/messages.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace onenode {

struct FakeNode {               // the document
    std::string key{};          // DER
    std::string pending_key{};  // of a renewal; counts once it is used
    std::string phase = "enrolled";
    int host_id = -1;
};

struct FakeCloud {  // everything that a test may set or look at
    one::wire::DesiredState desired{};
    std::string desired_text{};                         // what is answered instead, where there is something
    std::optional<one::wire::Neighbours> neighbours{};  // told apart to whoever asks so, their digest with the state
    std::int64_t time_ms = 0;
    std::optional<FakeNode> node{};
    std::vector<int> hosts{};  // ids of the hosts in OpenNebula
    int next_host = 12;
    int polls_until_on = 1;
    std::string end_state = "on";  // or err
    std::string end_reason{};
    int running_vms = 0;
    std::vector<std::string> approval{"approved"};  // what /v1/ask answers, in turn; the last one stays
    std::string approved_hash{};                    // of the secret that a yes made a token's
    std::vector<one::wire::Finding> enroll_findings{};
    std::vector<one::wire::Finding> login_findings{};
    std::vector<one::wire::Finding> monitoring_findings{};
    std::vector<one::wire::Finding> rehearsal_findings{};
    one::wire::MovedRequest reported{};      // where the node said it is, last
    one::wire::MovedAnswer moved{};          // what it is told of that
    one::wire::MovedAnswer moved_verdict{};  // and of the login there
    std::string authorities{};               // what its answers tell of them
    std::string nonce_path = "/run/onenode/login-nonce";
    one::wire::MonitoringSent heard{};                     // what the node said it sent
    std::vector<std::string> asked{};                      // "POST /v1/enroll", in order
    std::function<void(const std::string&)> on_request{};  // in the front-end's thread
};

std::string digest_of(const one::wire::Neighbours& neighbours);

enum class Break { before, after };  // the effect of the request

class FakeFrontEnd {
public:
    FakeFrontEnd();
    ~FakeFrontEnd();
    FakeFrontEnd(const FakeFrontEnd&) = delete;
    FakeFrontEnd& operator=(const FakeFrontEnd&) = delete;

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string token() const;
    [[nodiscard]] std::string pin() const;
    /// Looks at or changes the cloud, while no request is answered.
    template <class Act>
    auto with(Act act)
    {
        const std::lock_guard guard{mutex_};
        return act(cloud_);
    }
    /// The n-th request from now on gets no good answer.
    void break_at(std::size_t request, Break moment);
    /// This path answers with this from now on; an empty kind takes that back.
    void refuse(std::string path, int status, one::wire::ApiError error);
    /// Answers like this, whatever is asked; nullopt takes that back.
    void say(std::optional<one::http::Response> response);
    /// Nobody listens any more.
    void go_away();
    [[nodiscard]] std::vector<std::string> asked();

private:
    struct Refusal {
        std::string path{};
        int status = 0;
        one::wire::ApiError error{};
    };

    static one::Async<one::http::Response> serve(FakeFrontEnd* self, one::http::Request request);
    one::http::Response answer(const one::http::Request& request);
    one::http::Response route(const one::http::Request& request);
    one::http::Response approval(const one::http::Request& request);
    one::http::Response enroll(const one::http::Request& request);
    one::http::Response host_report();
    one::http::Response leave(const one::http::Request& request);
    std::string certificate_for(const std::string& public_key);

    std::mutex mutex_{};
    FakeCloud cloud_{};
    std::vector<Refusal> refusals_{};
    std::optional<one::http::Response> canned_{};
    std::size_t count_ = 0;
    std::size_t break_at_ = 0;
    Break moment_ = Break::before;
    std::string token_secret_;

    one::asio::io_context loop_{1};
    std::unique_ptr<one::http::Server> server_{};
    int port_ = 0;
    std::thread thread_{};
};

/// Valid from 2020 to 2040: tests print dates.
const one::identity::Authority& fake_authority();

}  // namespace onenode
