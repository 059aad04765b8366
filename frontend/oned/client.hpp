// OpenNebula's XML-RPC in our words: sessions, hosts, documents. Only what is safe to repeat is repeated.
#pragma once

#include "common/async.hpp"
#include "common/http/message.hpp"
#include "common/result.hpp"
#include "common/secret.hpp"
#include "common/xmlrpc/value.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace onefrontend::oned {

using one::Async;
using one::Result;

struct Endpoint {
    std::string host = "127.0.0.1";
    int port = 2633;
    std::string path = "/RPC2";
};
Result<Endpoint> parse_endpoint(std::string_view url);  // http://host:port/RPC2

struct Options {
    Endpoint endpoint{};
    std::chrono::milliseconds limit{15000};  // of one call
    int tries = 3;                           // for calls that are safe to repeat; jittered back-off between them
    std::size_t connections = 4;             // at once; oned has 15 for everybody
    /// What it is to our callers where oned does not take our session. To an admin: that they may not. To a node, which
    /// has no part in it: that OpenNebula is out of reach.
    one::ErrorKind when_denied = one::ErrorKind::denied;
};

enum class HostState { init = 0, monitored = 2, error = 3, disabled = 4, offline = 8, other = -1 };
std::string_view to_string(HostState state);  // init, on, err, dsbl, off

using OwnAttributes = std::map<std::string, std::string>;  // ONENODE_… of a template

struct Host {
    int id = -1;
    std::string name{};
    HostState state = HostState::other;
    std::string im_mad{};
    std::string vm_mad{};
    int cluster_id = -1;
    std::string cluster{};
    int running_vms = 0;
    std::vector<int> vms{};
    std::string onenode{};          // attribute ONENODE of the template
    std::string error{};            // attribute ERROR
    std::int64_t monitored_at = 0;  // MONITORING/TIMESTAMP
    OwnAttributes own_attributes{};
};

struct Document {
    int id = -1;
    int type = 0;
    std::string name{};
    int owner = -1;
    std::string owner_name{};
    std::string body{};  // attribute ONENODE of its template: our JSON
};

struct Cluster {
    int id = -1;
    std::string name{};
    OwnAttributes own_attributes{};
};

struct Server {  // of a zone
    int id = -1;
    std::string name{};
    std::string endpoint{};
};

enum class RaftState { solo = 0, candidate = 1, follower = 2, leader = 3 };

/// How a request reaches oned: host, port, request, limit, largest body.
using Post = std::function<Async<Result<one::http::Response>>(std::string, int, one::http::Request,
                                                              std::chrono::milliseconds, std::size_t)>;

/// The first line of one_auth, "user:password".
Result<one::Secret> read_session(const std::string& path);

/// One loop's; at most `connections` of its calls are under way at once. A call that oned says it did not execute (no
/// leader) is repeated until `limit` has passed; one whose answer was lost only where a repetition does no harm.
class Client {
public:
    /// `session`: "user:password" of one_auth.
    Client(Options options, one::Secret session);
    Client(Options options, one::Secret session, Post post);  // for tests
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    Async<Result<std::string>> version();
    Async<Result<std::string>> own_name();  // one.user.info(-1)
    Async<Result<RaftState>> raft_state();
    Async<Result<std::vector<Server>>> servers(int zone = 0);

    Async<Result<std::vector<Cluster>>> clusters();

    Async<Result<std::vector<Host>>> hosts();
    Async<Result<Host>> host(int id);
    Async<Result<int>> allocate_host(std::string name, std::string im_mad, std::string vm_mad, int cluster);
    Async<Result<>> merge_host(int id, std::string attribute, std::string value);  // one.host.update, type 1
    Async<Result<>> rename_host(int id, std::string name);
    Async<Result<>> delete_host(int id);

    /// mode 600; `body` is JSON, stored as attribute ONENODE: what oned cannot store comes back as \u escapes.
    Async<Result<int>> allocate_document(int type, std::string name, std::string body);
    Async<Result<Document>> document(int id);
    Async<Result<>> replace_document(int id, std::string name, std::string body);
    /// True for exactly one caller, false where it was gone already.
    Async<Result<bool>> delete_document(int id);
    /// All of a type with an id above `after`, ascending.
    Async<Result<std::vector<Document>>> documents(int type, int after = -1);

    /// Any call, for the tests that compare front-ends.
    Async<Result<one::xmlrpc::Value>> call(std::string method, one::xmlrpc::Array parameters, bool repeatable);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace onefrontend::oned
