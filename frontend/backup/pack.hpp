// Writes an archive: tar with gzip, as any tar reads it.
#pragma once

#include "frontend/backup/members.hpp"
#include "frontend/backup/stream.hpp"

#include <cstdint>
#include <memory>

namespace onefrontend::backup {

class Packer {
public:
    /// Nothing is written yet. `next` outlives the packer by what it captures.
    static one::Result<Packer> begin(Write next);

    one::Result<> add(const Member& member);  // a folder or a link
    one::Result<> add_text(std::string_view name, std::string_view text);
    /// Exactly `size` bytes: what the source lacks is zeros. How many it gave.
    one::Result<std::uint64_t> add_file(Member member, std::uint64_t size, const Read& read);
    /// The sums, and the archive's end. Without it an archive is not whole.
    one::Result<> finish();

private:
    struct State;
    struct Free {
        void operator()(State* state) const;
    };
    explicit Packer(std::unique_ptr<State, Free> state);
    std::unique_ptr<State, Free> state_;
};

}  // namespace onefrontend::backup
