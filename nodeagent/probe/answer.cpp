// One object on one line.
#include "nodeagent/probe/answer.hpp"

#include <nlohmann/json.hpp>

namespace onenode::probe {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

}  // namespace

std::string to_json(const LibvirtAnswer& answer)
{
    return line({{"problem", answer.problem},
                 {"kind", answer.kind},
                 {"read_only_problem", answer.read_only_problem},
                 {"uuid", answer.uuid},
                 {"domain_types", answer.domain_types},
                 {"domains", answer.domains}});
}

std::string to_json(const KvmAnswer& answer) { return line({{"problem", answer.problem}}); }

}  // namespace onenode::probe
