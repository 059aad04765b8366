// The file system that an open file lies on: its name, its mount's options, what is free.
#pragma once

#include "nodeagent/host/host.hpp"

namespace onenode {

Result<FileSystem> file_system_of(int fd, const std::string& path);

}  // namespace onenode
