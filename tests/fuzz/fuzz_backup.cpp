// A backup of anybody's: only names that lead nowhere else come out of it, and nothing that its sums do not say.
#include "frontend/backup/unpack.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onefrontend::backup;
    const Read read = [left =
                           one::fuzz::text_of(data, size)](std::span<char> room) mutable -> one::Result<std::size_t> {
        const auto count = std::min(room.size(), left.size());
        std::copy_n(left.data(), count, room.data());
        left.remove_prefix(count);
        return count;
    };
    std::size_t bytes = 0;
    const auto harmless = [](const Member& member) {
        const auto path = '/' + member.path + '/';
        one::fuzz::must(!path.starts_with("//") && path.find("/../") == std::string::npos &&
                        path.find("/./") == std::string::npos);
    };
    const auto sums = unpack(read,
                             {.head = [](const Head&) { return one::Result<>{}; },
                              .file = [&](const Member& member) -> one::Result<Write> {
                                  harmless(member);
                                  return Write{[&bytes](std::string_view piece) -> one::Result<> {
                                      bytes += piece.size();
                                      if (bytes < 1'000'000) return {};
                                      return one::fail({.reason = "enough"});  // a small archive of much
                                  }};
                              },
                              .file_ended = [](const Member&) { return one::Result<>{}; },
                              .other = [&](const Member& member) -> one::Result<> {
                                  harmless(member);
                                  return {};
                              }},
                             "it");
    if (sums) one::fuzz::must(read_sums(*sums).has_value());
    (void)read_sums(one::fuzz::text_of(data, size));
    (void)read_head(one::fuzz::text_of(data, size));
    return 0;
}
