// Replaces a file as a whole or not at all, and keeps the marks that the old one carried.
#pragma once

#include "nodeagent/host/owner.hpp"
#include "nodeagent/host/tree.hpp"

namespace onenode {

Result<> write_file(const Place& place, const FileSpec& file, Owner owner);
Result<> append_file(const Place& place, std::string_view path, std::string_view text);
/// Removes what a killed write left; fine where there is nothing.
Result<> remove_leftover(const Place& place, std::string_view path);
/// EPERM of a file that even root may not replace gets its reason: chattr +i or +a.
Error file_error(int number, const Place& place, std::string_view path, std::string_view doing);
Result<> sync_directory(const Place& place, std::string_view path);

}  // namespace onenode
