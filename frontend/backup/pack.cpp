// tar with gzip, by hand and zlib: libarchive, which reads it, cannot write tar without every format that it knows, and
// so not without libxml2 and ICU in each run of onefrontend.
#include "frontend/backup/pack.hpp"

#include "common/text/encoding.hpp"
#include "frontend/backup/digest.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace onefrontend::backup {
namespace {

using one::Result;

constexpr std::size_t chunk = 64UL * 1024;
constexpr std::size_t block = 512;
constexpr int gzip_window = 15 + 16;  // zlib's way to say gzip
constexpr int memory_level = 8;       // its default

struct Header {  // POSIX.1-1988 ustar
    std::array<char, 100> name{};
    std::array<char, 8> mode{};
    std::array<char, 8> uid{};
    std::array<char, 8> gid{};
    std::array<char, 12> size{};
    std::array<char, 12> mtime{};
    std::array<char, 8> checksum{};
    char type = '0';
    std::array<char, 100> link{};
    std::array<char, 6> magic{'u', 's', 't', 'a', 'r', '\0'};
    std::array<char, 2> version{'0', '0'};
    std::array<char, 32> user{};
    std::array<char, 32> group{};
    std::array<char, 8> major{};
    std::array<char, 8> minor{};
    std::array<char, 155> prefix{};
    std::array<char, 12> padding{};
};
static_assert(sizeof(Header) == block);

template <std::size_t size>
bool put_text(std::array<char, size>& field, std::string_view text)
{
    std::copy_n(text.data(), std::min(size, text.size()), field.data());
    return text.size() <= size;
}

/// Octal, with an end.
template <std::size_t size>
bool put_number(std::array<char, size>& field, std::uint64_t number)
{
    const auto digits = fmt::format("{:0{}o}", number, size - 1);
    if (digits.size() >= size) return false;
    std::copy_n(digits.data(), digits.size(), field.data());
    return true;
}

std::string bytes_of(Header header)
{
    header.checksum.fill(' ');
    std::string bytes(block, '\0');
    std::memcpy(bytes.data(), &header, block);
    unsigned sum = 0;
    for (const char byte : bytes)
        sum += static_cast<unsigned char>(byte);
    const auto digits = fmt::format("{:06o}", sum);
    std::memcpy(bytes.data() + offsetof(Header, checksum), digits.c_str(), digits.size() + 1);
    return bytes;
}

std::string padding_after(std::uint64_t size)
{
    return std::string(static_cast<std::size_t>((block - size % block) % block), '\0');
}

/// "27 path=home/...": its length counts itself.
std::string pax_record(std::string_view key, std::string_view value)
{
    const auto rest = fmt::format(" {}={}\n", key, value);
    auto size = rest.size() + 1;
    while (std::to_string(size).size() + rest.size() != size)
        size = std::to_string(size).size() + rest.size();
    return std::to_string(size) + rest;
}

char type_of(Kind kind)
{
    if (kind == Kind::directory) return '5';
    return kind == Kind::link ? '2' : '0';
}

/// With what does not fit into the old fields in a header of its own before.
std::string header_of(const Member& member, std::uint64_t size)
{
    Header header{.type = type_of(member.kind)};
    std::string more;
    const auto name = member.kind == Kind::directory ? member.path + '/' : member.path;
    if (!put_text(header.name, name)) more += pax_record("path", name);
    if (!put_text(header.link, member.link)) more += pax_record("linkpath", member.link);
    if (!put_text(header.user, member.user)) more += pax_record("uname", member.user);
    if (!put_text(header.group, member.group)) more += pax_record("gname", member.group);
    if (!put_number(header.size, size)) more += pax_record("size", std::to_string(size));
    put_number(header.mtime, static_cast<std::uint64_t>(std::clamp<std::time_t>(member.changed, 0, 077777777777)));
    put_number(header.mode, member.mode & 07777U);
    if (more.empty()) return bytes_of(header);

    Header extended{.type = 'x'};
    put_text(extended.name, "PaxHeader");
    put_number(extended.mode, 0600);
    put_number(extended.size, more.size());
    return bytes_of(extended) + more + padding_after(more.size()) + bytes_of(header);
}

}  // namespace

struct Packer::State {
    Write next{};
    std::string sums{};
    z_stream stream{};
    bool is_open = false;
    std::array<char, chunk> packed{};

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        if (is_open) ::deflateEnd(&stream);
    }

    Result<> put(std::string_view bytes, int flush = Z_NO_FLUSH)
    {
        // zlib takes what it only reads without const.
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
        stream.avail_in = static_cast<uInt>(bytes.size());
        int code = Z_OK;
        do {
            stream.next_out = reinterpret_cast<Bytef*>(packed.data());
            stream.avail_out = static_cast<uInt>(packed.size());
            code = ::deflate(&stream, flush);
            if (code == Z_STREAM_ERROR)
                return one::fail({.thing = "zlib", .reason = "it refuses", .doing = "pack with"});
            const auto made = packed.size() - stream.avail_out;
            if (made > 0) TRY(next({packed.data(), made}));
        } while (stream.avail_out == 0 || (flush == Z_FINISH && code != Z_STREAM_END));
        return {};
    }
};

void Packer::Free::operator()(State* state) const
{
    delete state;
}

Packer::Packer(std::unique_ptr<State, Free> state) : state_(std::move(state)) {}

Result<Packer> Packer::begin(Write next)
{
    std::unique_ptr<State, Free> state{new State};
    state->next = std::move(next);
    state->is_open = deflateInit2(&state->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level,
                                  Z_DEFAULT_STRATEGY) == Z_OK;
    if (!state->is_open) return one::fail({.thing = "zlib", .reason = "it refuses", .doing = "pack with"});
    return Packer{std::move(state)};
}

Result<> Packer::add(const Member& member)
{
    TRY(state_->put(header_of(member, 0)));
    auto noted = member;
    if (member.kind == Kind::link) noted.digest = one::to_hex(one::sha256(member.link));
    state_->sums += sum_line(noted);
    return {};
}

Result<> Packer::add_text(std::string_view name, std::string_view text)
{
    const Read read = [text](std::span<char> room) mutable -> Result<std::size_t> {
        const auto count = std::min(room.size(), text.size());
        std::copy_n(text.data(), count, room.data());
        text.remove_prefix(count);
        return count;
    };
    TRY(add_file({.path = std::string{name}, .mode = 0600, .changed = std::time(nullptr)}, text.size(), read));
    return {};
}

Result<std::uint64_t> Packer::add_file(Member member, std::uint64_t size, const Read& read)
{
    TRY(state_->put(header_of(member, size)));
    std::array<char, chunk> buffer{};
    Digest digest;
    std::uint64_t given = 0;
    for (std::uint64_t written = 0; written < size;) {
        const auto wanted = std::min<std::uint64_t>(buffer.size(), size - written);
        TRY_LET(const auto got, read_full(read, {buffer.data(), static_cast<std::size_t>(wanted)}));
        given += got;
        std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(got), buffer.end(), '\0');
        const std::string_view bytes{buffer.data(), static_cast<std::size_t>(wanted)};
        digest.add(bytes);
        TRY(state_->put(bytes));
        written += wanted;
    }
    TRY(state_->put(padding_after(size)));
    member.digest = digest.end();
    state_->sums += sum_line(member);
    return given;
}

Result<> Packer::finish()
{
    const auto sums = std::exchange(state_->sums, {});
    TRY(add_text(sums_name, sums));
    return state_->put(std::string(2 * block, '\0'), Z_FINISH);
}

}  // namespace onefrontend::backup
