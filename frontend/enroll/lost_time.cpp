// A file in public/: restore writes it, serve reads it.
#include "frontend/enroll/lost_time.hpp"

#include "frontend/enroll/files.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/enroll/state_paths.hpp"

namespace onefrontend {
namespace {

std::string file_in(const std::string& state_dir)
{
    return StatePaths{state_dir}.public_dir() + "/restored.json";
}

}  // namespace

bool is_in(std::int64_t moment, const LostTime& lost)
{
    return lost.to != 0 && lost.from <= moment && moment <= lost.to;
}

one::Result<LostTime> read_lost_time(const std::string& state_dir)
{
    const auto text = read_small_file(file_in(state_dir), Links::refuse);
    if (!text && text.error().kind == one::ErrorKind::not_found) return LostTime{};
    if (!text) return one::fail(text.error());
    TRY_LET(const Json tree, parse_json(*text));
    LostTime lost;
    JsonFields fields{tree};
    fields.required("backed_up_at", lost.from);
    fields.required("restored_at", lost.to);
    TRY(fields.outcome());
    return lost;
}

one::Result<> write_lost_time(const std::string& state_dir, const LostTime& lost)
{
    const Json tree{{"backed_up_at", lost.from}, {"restored_at", lost.to}};
    return replace_file(file_in(state_dir), dump(tree) + '\n', 0644);
}

}  // namespace onefrontend
