// The services and how each is asked, a row a service.
#include "frontend/ready/ready.hpp"

#include "common/text/words.hpp"
#include "common/xmlrpc/value.hpp"
#include "frontend/oned/client.hpp"
#include "frontend/ready/answers.hpp"
#include "frontend/ready/places.hpp"
#include "frontend/ready/preparing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;
using Settings = ProbeSettings;

constexpr std::size_t largest_answer = 64UL * 1024;
constexpr std::size_t first_line = 16;  // "HTTP/1.1 200 OK"

struct Service {
    std::string_view name;
    Result<Remark> (*ready)(const Settings&, Deadline);
    Result<Remark> (*live)(const Settings&, Deadline);
};

std::string text_of(const std::string& path)
{
    std::ifstream file{path};  // a file that is not there says nothing: defaults
    return {std::istreambuf_iterator<char>{file}, {}};
}

template <class T>
Result<T> of(const Peer& peer, Result<T> judged)
{
    if (judged) return judged;
    auto error = std::move(judged).error();
    if (error.thing.empty()) error.thing = to_string(peer);
    if (error.doing.empty()) error.doing = "use what answers at";
    return one::fail(std::move(error));
}

Result<Remark> listens(const Peer& peer, Deadline end)
{
    TRY(connect(peer, end));
    return Remark{};
}

Result<std::string> call_oned(const Settings& settings, const char* method, Deadline end)
{
    TRY_LET(const Peer peer, oned_place(text_of(settings.etc + "/oned.conf")));
    TRY_LET(const auto session, oned::read_session(settings.oned_auth));
    one::xmlrpc::Call call{.method = method, .parameters = {one::xmlrpc::Value{session.reveal()}}};
    TRY_LET(std::string body, to_xml(call));
    std::string request = fmt::format("POST /RPC2 HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: text/xml\r\n"
                                      "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                                      peer.address, peer.port, body.size(), body);
    one::wipe(body);
    one::wipe(std::get<std::string>(call.parameters.front().data));
    TRY_LET(const auto connection, connect(peer, end));
    auto answer = ask(connection, peer, request, largest_answer, end);
    one::wipe(request);
    return answer;
}

Result<Remark> oned_ready(const Settings& settings, Deadline end)
{
    constexpr const char* method = "one.system.version";
    TRY_LET(const auto answer, call_oned(settings, method, end));
    TRY_LET(const auto credentials, of({"oned"}, judge_call(method, answer)));
    TRY_LET(const Peer monitord, monitord_place(text_of(settings.etc + "/monitord.conf")));
    TRY(listens(monitord, end));  // and hangs up at once: eight idle connections there freeze a zone
    if (credentials == Credentials::accepted) return Remark{};
    return fmt::format("oned answers, but refuses the password in {}: it was changed elsewhere", settings.oned_auth);
}

Result<Remark> oned_live(const Settings& settings, Deadline end)
{
    const auto answer = call_oned(settings, "one.zone.raftstatus", end);
    if (!answer && is_preparing(settings.bootstrap_lock)) return Remark{"onefrontend bootstrap is still at work"};
    if (!answer) return one::fail(answer.error());
    TRY(of({"oned"}, judge_life(*answer)));
    return Remark{};
}

Result<Remark> database_ready(const Settings& settings, Deadline end)
{
    TRY_LET(const auto peer, database_place(text_of(settings.etc + "/oned.conf")));
    if (!peer) return Remark{};
    TRY_LET(const auto connection, connect(*peer, end));
    TRY_LET(const auto greeting, ask(connection, *peer, "", 5, end));
    TRY(of(*peer, judge_database_greeting(greeting)));
    return Remark{};
}

Result<Remark> sshd_ready(const Settings& settings, Deadline end)
{
    TRY_LET(const Peer peer, sshd_place(text_of(settings.sshd_conf)));
    TRY_LET(const auto connection, connect(peer, end));
    TRY_LET(const auto banner, ask(connection, peer, "", 4, end));
    if (banner.starts_with("SSH-")) return Remark{};
    return of<Remark>(peer, one::fail({.kind = ErrorKind::invalid, .reason = "what it answers is not SSH"}));
}

Result<Remark> sshd_live(const Settings& settings, Deadline end)
{
    TRY_LET(const Peer peer, sshd_place(text_of(settings.sshd_conf)));
    return listens(peer, end);
}

Result<Remark> signer_ready(const Settings& settings, Deadline end)
{
    return listens({settings.signer_socket, 0}, end);
}

Result<Remark> enrollment_ready(const Settings& settings, Deadline end)
{
    return listens({"127.0.0.1", settings.enrollment_port}, end);
}

Result<Remark> guacd_ready(const Settings&, Deadline end)
{
    return listens({"127.0.0.1", 4822}, end);
}

struct WebServer {
    const char* file;
    int port;
    const char* page;
    int status;  // without credentials
};
constexpr WebServer fireedge{"fireedge-server.conf", 2616, "/fireedge/sunstone", 200};
constexpr WebServer oneflow{"oneflow-server.conf", 2474, "/service", 401};
constexpr WebServer onegate{"onegate-server.conf", 5030, "/", 401};
constexpr WebServer oneform{"oneform-server.conf", 13013, "/", 401};
constexpr WebServer oneks{"oneks-server.conf", 10780, "/", 401};

template <const WebServer& server>
Result<Remark> web_live(const Settings& settings, Deadline end)
{
    TRY_LET(const Peer peer, server_place(text_of(fmt::format("{}/{}", settings.etc, server.file)), server.port));
    return listens(peer, end);
}

template <const WebServer& server>
Result<Remark> web_ready(const Settings& settings, Deadline end)
{
    TRY_LET(const Peer peer, server_place(text_of(fmt::format("{}/{}", settings.etc, server.file)), server.port));
    TRY_LET(const auto connection, connect(peer, end));
    const auto request =
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.page, peer.address);
    TRY_LET(const auto answer, ask(connection, peer, request, first_line, end));
    TRY_LET(const int status, of(peer, http_status(answer)));
    if (status == server.status) return Remark{};
    return of<Remark>(peer, one::fail({.kind = ErrorKind::busy,
                                       .reason = fmt::format("GET {} gave HTTP status {}, not {}", server.page, status,
                                                             server.status)}));
}

constexpr std::array services{
    Service{"database", database_ready, database_ready},
    Service{"oned", oned_ready, oned_live},
    Service{"sshd", sshd_ready, sshd_live},
    Service{"signer", signer_ready, signer_ready},
    Service{"enrollment", enrollment_ready, enrollment_ready},
    Service{"fireedge", web_ready<fireedge>, web_live<fireedge>},
    Service{"oneflow", web_ready<oneflow>, web_live<oneflow>},
    Service{"onegate", web_ready<onegate>, web_live<onegate>},
    Service{"oneform", web_ready<oneform>, web_live<oneform>},
    Service{"oneks", web_ready<oneks>, web_live<oneks>},
    Service{"guacd", guacd_ready, guacd_ready},
};

Result<const Service*> find(std::string_view name)
{
    const auto* found = std::ranges::find(services, name, &Service::name);
    if (found != services.end()) return found;
    const std::string near = one::nearest(std::string{name}, probed_services());
    return one::fail({.kind = ErrorKind::invalid,
                      .thing = fmt::format("service {}", name),
                      .reason = "there is none of this name",
                      .next = near.empty() ? fmt::format("one of: {}", fmt::join(probed_services(), ", "))
                                           : fmt::format("did you mean {}?", near),
                      .doing = "ask"});
}

}  // namespace

std::vector<std::string_view> probed_services()
{
    std::vector<std::string_view> names;
    for (const Service& service : services)
        names.push_back(service.name);
    return names;
}

Result<Remark> probe_ready(std::string_view service, const Settings& settings)
{
    TRY_LET(const Service* found, find(service));
    return found->ready(settings, std::chrono::steady_clock::now() + settings.limit);
}

Result<Remark> probe_live(std::string_view service, const Settings& settings)
{
    TRY_LET(const Service* found, find(service));
    return found->live(settings, std::chrono::steady_clock::now() + settings.limit);
}

}  // namespace onefrontend
