// Makes messages that onemonitord reads and notes, for a host that nobody has.
#include "frontend/proofs/beacon.hpp"

#include "common/text/encoding.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstring>

namespace onefrontend {
namespace {

constexpr std::int64_t smallest_id = 10'000'000;
constexpr std::int64_t largest_id = 99'999'999;
constexpr std::size_t zlib_frame = 2 + 5 + 4;  // header, one stored block's header, checksum

std::int64_t random_id()
{
    std::uint64_t number = 0;
    std::memcpy(&number, one::random_bytes(sizeof number).data(), sizeof number);
    return smallest_id + static_cast<std::int64_t>(number % (largest_id - smallest_id + 1));
}

char byte(std::size_t number)
{
    return static_cast<char>(number & 0xff);
}

// A zlib stream of one stored block: its length is known before, which no compressor promises.
std::string stored(const std::string& text)
{
    const auto length = text.size();
    const auto check =
        ::adler32(::adler32(0, nullptr, 0), reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(length));
    std::string stream{'\x78', '\x01', '\x01', byte(length), byte(length >> 8), byte(~length), byte(~length >> 8)};
    stream += text;
    for (const int shift : {24, 16, 8, 0})
        stream += byte(check >> shift);
    return stream;
}

}  // namespace

Beacon make_beacon(std::size_t size, std::int64_t epoch_seconds)
{
    Beacon beacon;
    beacon.host_id = random_id();
    beacon.message = fmt::format("BEACON_HOST SUCCESS {} {} ", beacon.host_id, epoch_seconds);
    const auto payload = (size - beacon.message.size()) / 4 * 3;
    beacon.message += one::to_base64(
        stored(one::to_hex(one::random_bytes((payload - zlib_frame) / 2 + 1)).substr(0, payload - zlib_frame)));
    return beacon;
}

std::string trace_in_log(std::int64_t host_id)
{
    return fmt::format("unknown host {}", host_id);
}

}  // namespace onefrontend
