// one.system.*, one.zone.*
#include "tests/oned-sim/rpc/captured_config.hpp"
#include "tests/oned-sim/rpc/request.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

constexpr auto zone_type = ObjectType::zone;

Target zone()
{
    return {.type = zone_type, .id = 0, .uid = 0, .gid = 0, .permissions = fresh_permissions()};
}

std::string zone_xml(const World& world)
{
    return fmt::format(
        "<ZONE><ID>0</ID><NAME>OpenNebula</NAME><STATE>0</STATE><TEMPLATE><ENDPOINT><![CDATA[{}]]></ENDPOINT>"
        "<ENDPOINT_GRPC><![CDATA[localhost:2634]]></ENDPOINT_GRPC></TEMPLATE><SERVER_POOL></SERVER_POOL></ZONE>",
        world.endpoint);
}

Outcome version(Request& request)
{
    return request.world.version;
}

Outcome config(Request&)
{
    return std::string{captured_config};
}

Outcome zone_info(Request& request)
{
    if (request.integer(1) != 0) return no_such(zone_type, request.integer(1));
    if (auto given = request.may({{zone(), Right::use}}); !given) return tl::unexpected{given.error()};
    return zone_xml(request.world);
}

Outcome zone_pool_info(Request& request)
{
    return "<ZONE_POOL>" + zone_xml(request.world) + "</ZONE_POOL>";
}

Outcome raft_status(Request& request)
{
    if (auto given = request.may({{zone(), Right::admin}}); !given) return tl::unexpected{given.error()};
    return "<RAFT><SERVER_ID>-1</SERVER_ID><STATE>0</STATE><TERM>0</TERM><VOTEDFOR>-1</VOTEDFOR><COMMIT>0</COMMIT>"
           "<LOG_INDEX>-1</LOG_INDEX><LOG_TERM>-1</LOG_TERM><FEDLOG_INDEX>-1</FEDLOG_INDEX></RAFT>";
}

constexpr Method methods[] = {
    {"one.system.version", "", ObjectType::none, version}, {"one.system.config", "", ObjectType::none, config},
    {"one.zone.info", "i?b", zone_type, zone_info},        {"one.zone.raftstatus", "", zone_type, raft_status},
    {"one.zonepool.info", "", zone_type, zone_pool_info},
};

}  // namespace

std::span<const Method> system_methods()
{
    return methods;
}

}  // namespace onedsim
