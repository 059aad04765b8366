# The string out of a captured answer of one.system.config, as C++.
file(READ ${capture} text)
string(REGEX REPLACE ".*<string>(.*)</string>.*" "\\1" text "${text}")
string(REPLACE "&lt;" "<" text "${text}")
string(REPLACE "&gt;" ">" text "${text}")
string(REPLACE "&amp;" "&" text "${text}")
file(WRITE ${output} "#include \"tests/oned-sim/rpc/captured_config.hpp\"\nconst std::string_view onedsim::captured_config{R\"captured(${text})captured\"};\n")
