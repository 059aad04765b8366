// What one.system.config of a shipped OpenNebula 7.4.0 answers; the text is generated from the capture in tests/data.
#pragma once

#include <string_view>

namespace onedsim {

extern const std::string_view captured_config;

}  // namespace onedsim
