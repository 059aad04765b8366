#include "tests/unit/frontend/registration/fake_oned.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>

namespace onefrontend::test {
namespace {

using namespace one::xmlrpc;

std::string cdata(const std::string& text)
{
    return "<![CDATA[" + text + "]]>";
}

std::string to_xml_text(int id, const FakeOned::Host& host)
{
    std::string vms;
    for (const int vm : host.vms)
        vms += fmt::format("<ID>{}</ID>", vm);
    return fmt::format("<HOST><ID>{}</ID><NAME>{}</NAME><STATE>{}</STATE><IM_MAD>{}</IM_MAD><VM_MAD>{}</"
                       "VM_MAD><CLUSTER_ID>{}</CLUSTER_ID>"
                       "<HOST_SHARE><RUNNING_VMS>{}</RUNNING_VMS></HOST_SHARE><VMS>{}</VMS><TEMPLATE><ONENODE>{}</"
                       "ONENODE><ERROR>{}</ERROR>"
                       "</TEMPLATE></HOST>",
                       id, host.name, host.state, cdata(host.driver), cdata(host.driver), host.cluster, host.vms.size(),
                       vms, cdata(host.onenode), cdata(host.error));
}

std::string to_xml_text(int id, const FakeOned::Document& document)
{
    return fmt::format("<DOCUMENT><ID>{}</ID><UID>0</UID><UNAME>oneadmin</UNAME><NAME>{}</NAME><TYPE>{}</"
                       "TYPE><TEMPLATE><ONENODE>{}</ONENODE>"
                       "</TEMPLATE></DOCUMENT>",
                       id, document.name, document.type, cdata(document.body));
}

template <class Objects>
std::string pool(const char* name, const Objects& objects, auto counts)
{
    std::string xml = fmt::format("<{}>", name);
    for (auto object = objects.rbegin(); object != objects.rend(); ++object)  // the newest first
        if (counts(object->second)) xml += to_xml_text(object->first, object->second);
    return xml + fmt::format("</{}>", name);
}

std::string attribute(const Value& xml, const char* name)
{
    pugi::xml_document document;
    document.load_string(std::get<std::string>(xml.data).c_str());
    return document.child("TEMPLATE").child(name).text().get();
}

Value good(Value value)
{
    return Value{Array{true, std::move(value), 0}};
}
Value refused(const std::string& method, const std::string& text, int code)
{
    return Value{Array{false, "[" + method + "] " + text, code, -1, -1}};
}

}  // namespace

oned::Client FakeOned::client()
{
    return oned::Client{{.limit = std::chrono::milliseconds{50}, .tries = 1},
                        one::Secret{std::string_view{"oneadmin:password"}},
                        [this](std::string, int, one::http::Request request, std::chrono::milliseconds, std::size_t) {
                            return post(*this, std::move(request));
                        }};
}

int FakeOned::add_host(Host host)
{
    hosts[next_id] = std::move(host);
    return next_id++;
}

int FakeOned::count(const std::string& method) const
{
    return static_cast<int>(std::ranges::count(asked, method));
}

one::Async<one::Result<one::http::Response>> FakeOned::post(FakeOned& self, one::http::Request request)
{
    co_return self.respond(request);
}

one::Result<one::http::Response> FakeOned::respond(const one::http::Request& request)
{
    const one::Failure lost = one::fail({.kind = one::ErrorKind::unreachable, .reason = "the line was cut"});
    if (answers_left == 0) return lost;
    const auto call = parse_call(request.body);
    if (!call) return one::fail(call.error());
    ++calls;
    asked.push_back(call->method);
    const Answer answer = execute(*call);
    if (after) after(call->method);
    if (answers_left > 0 && --answers_left == 0) return lost;  // executed, and nobody heard of it
    auto xml = to_xml(answer);
    if (!xml) return one::fail(xml.error());
    return one::http::Response{.status = 200, .body = *std::move(xml)};
}

Value FakeOned::execute(const Call& call)
{
    const auto number = [&](std::size_t at) {
        return static_cast<int>(std::get<std::int64_t>(call.parameters.at(at).data));
    };
    const auto text = [&](std::size_t at) { return std::get<std::string>(call.parameters.at(at).data); };
    const auto& method = call.method;

    if (method == "one.user.info") return good("<USER><NAME>oneadmin</NAME></USER>");
    if (method == "one.hostpool.info") return good(pool("HOST_POOL", hosts, [](const Host&) { return true; }));
    if (method == "one.documentpool.info")
        return good(
            pool("DOCUMENT_POOL", documents, [&](const Document& document) { return document.type == number(4); }));
    if (method == "one.host.allocate") {
        for (const auto& [id, host] : hosts)
            if (host.name == text(1))
                return refused(method, fmt::format("NAME is already taken by HOST {}.", id), 16384);
        return good(add_host({.name = text(1), .driver = text(2), .cluster = number(4), .state = state_of_new_hosts}));
    }
    if (method == "one.document.allocate") {
        documents[next_id] = {.type = number(2),
                              .name = attribute(call.parameters[1], "NAME"),
                              .body = attribute(call.parameters[1], "ONENODE")};
        return good(next_id++);
    }

    const bool is_host = method.starts_with("one.host.");
    const int id = number(1);
    if (is_host ? !hosts.contains(id) : !documents.contains(id))
        return refused(method, fmt::format("Error getting {} [{}].", is_host ? "host" : "document", id), 1024);
    if (method == "one.host.info") return good(to_xml_text(id, hosts[id]));
    if (method == "one.host.update") hosts[id].onenode = attribute(call.parameters[2], "ONENODE");
    if (method == "one.host.status" && number(2) == 2) hosts[id].state = 8;
    if (method == "one.host.delete") {
        if (!hosts[id].vms.empty()) return refused(method, "Can not remove a host with running VMs", 2048);
        hosts.erase(id);
    }
    if (method == "one.document.info") return good(to_xml_text(id, documents[id]));
    if (method == "one.document.update") documents[id].body = attribute(call.parameters[2], "ONENODE");
    if (method == "one.document.rename") documents[id].name = text(2);
    if (method == "one.document.delete") documents.erase(id);
    return good(id);
}

}  // namespace onefrontend::test
