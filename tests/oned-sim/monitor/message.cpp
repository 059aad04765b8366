// Fields are read as onemonitord reads them, so what it tolerates (no time, no payload) is tolerated here.
#include "tests/oned-sim/monitor/message.hpp"

#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <pugixml.hpp>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace onedsim {
namespace {

constexpr std::array<std::pair<std::string_view, MessageType>, 11> types{{{"MONITOR_VM", MessageType::monitor_vm},
                                                                          {"BEACON_HOST", MessageType::beacon_host},
                                                                          {"MONITOR_HOST", MessageType::monitor_host},
                                                                          {"SYSTEM_HOST", MessageType::system_host},
                                                                          {"STATE_VM", MessageType::state_vm},
                                                                          {"EXEC_VM", MessageType::exec_vm},
                                                                          {"START_MONITOR", MessageType::other},
                                                                          {"STOP_MONITOR", MessageType::other},
                                                                          {"LOG", MessageType::other},
                                                                          {"INIT", MessageType::other},
                                                                          {"FINALIZE", MessageType::other}}};

constexpr std::size_t reports_at_start = 6;  // the first six of the list above

std::optional<std::string> inflate_all(const std::string& packed)
{
    if (packed.size() <= 2) return std::nullopt;
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return std::nullopt;
    std::string input = packed;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    std::string text;
    std::array<char, 65536> buffer{};
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = buffer.size();
        state = inflate(&stream, Z_NO_FLUSH);
        text.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END ? std::optional{std::move(text)} : std::nullopt;
}

/// One element and nothing else: pugixml alone would overlook text around it, such as a login shell's greeting.
bool load_strictly(pugi::xml_document& document, std::string_view xml)
{
    if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_fragment)) return false;
    const auto children = document.children();
    return std::distance(children.begin(), children.end()) == 1 && document.first_child().type() == pugi::node_element;
}

}  // namespace

std::optional<MonitorMessage> parse_message(const std::string& text)
{
    std::istringstream words{text};
    std::string name;
    words >> name;
    const auto* type = std::ranges::find(types, name, &std::pair<std::string_view, MessageType>::first);
    if (!words.good() || type == types.end())
        return std::nullopt;  // a single word at the very end is not good() either

    MonitorMessage message{.type = type->second};
    words >> message.status >> message.host >> std::ws >> message.time >> std::ws;
    words.clear();
    std::string packed;
    std::getline(words, packed);
    if (packed.empty()) return message;
    const auto bytes = one::from_base64(packed);
    auto payload = bytes ? inflate_all(*bytes) : std::nullopt;
    if (!payload) return std::nullopt;
    message.payload = *std::move(payload);
    return message;
}

std::optional<std::vector<MonitorMessage>> parse_start_answer(std::string_view xml, int host)
{
    pugi::xml_document document;
    if (!load_strictly(document, one::trim(xml))) return std::nullopt;
    const auto root = document.child("MONITOR_MESSAGES");
    const auto time = root.child("TIMESTAMP").text().as_llong();
    std::vector<MonitorMessage> messages;
    for (std::size_t at = 0; at < reports_at_start; ++at) {
        const auto& [name, type] = types[at];
        const auto report = root.child(std::string{name}.c_str());
        if (!report) continue;
        messages.push_back({.type = type,
                            .status = "SUCCESS",
                            .host = host,
                            .time = time,
                            .payload = one::from_base64(report.text().get()).value_or("")});
    }
    return messages;
}

}  // namespace onedsim
