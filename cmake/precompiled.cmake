# The headers of others that most sources read, compiled once (docs/decisions/0024): one set a kind of target, since a
# precompiled header is taken only where every flag and definition is the same. Sources still include what they use: the
# preset `release` compiles without any of this, as packagers do, and misses what was forgotten.
option(ONENODE_PRECOMPILED "compile the headers of libraries once" OFF)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # As CMake has it, but with paths that ccache can rewrite, and without the time of day: found from another clone too.
  set(CMAKE_CXX_COMPILE_OPTIONS_CREATE_PCH -Xclang -fno-pch-timestamp -Xclang -emit-pch -include <PCH_HEADER>)
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include-pch <PCH_FILE>)
endif()

set(onenode_headers_plain
  <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional> <set> <span> <sstream>
  <string> <string_view> <utility> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)
set(onenode_headers_net
  <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/steady_timer.hpp>
  <boost/beast/http.hpp>)

function(one_header_set name)
  cmake_parse_arguments(PARSE_ARGV 1 set "" "" "HEADERS;LIBRARIES")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cpp CONTENT "")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/${name}.cpp)
  add_dependencies(precompiled_headers ${name})
  target_link_libraries(${name} PRIVATE one_flags nlohmann_json::nlohmann_json ${set_LIBRARIES})
  target_precompile_headers(${name} PRIVATE ${set_HEADERS})
endfunction()

# Every library whose definitions a target gets, in `result`: those it links, and what they hand on.
function(one_libraries_of target property result)
  set(seen "${${result}}")
  get_target_property(libraries ${target} ${property})
  foreach(library IN LISTS libraries)
    if(TARGET ${library} AND NOT library IN_LIST seen)
      list(APPEND seen ${library})
      set(${result} "${seen}")
      one_libraries_of(${library} INTERFACE_LINK_LIBRARIES ${result})
      set(seen "${${result}}")
    endif()
  endforeach()
  set(${result} "${seen}" PARENT_SCOPE)
endfunction()

function(one_precompile_targets_of directory)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    set(libraries "")
    if(type MATCHES "EXECUTABLE|STATIC_LIBRARY")
      one_libraries_of(${target} LINK_LIBRARIES libraries)
    endif()
    if(NOT one_flags IN_LIST libraries)
      continue()
    endif()
    set(set one_headers)
    if(one_asio IN_LIST libraries)
      string(APPEND set _net)
    endif()
    if(GTest::gtest IN_LIST libraries)
      string(APPEND set _test)
    endif()
    target_precompile_headers(${target} REUSE_FROM ${set})
  endforeach()
  get_property(folders DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
  foreach(folder IN LISTS folders)
    one_precompile_targets_of(${folder})
  endforeach()
endfunction()

# Called once, after all targets.
function(one_precompile)
  if(NOT ONENODE_PRECOMPILED)
    return()
  endif()
  add_custom_target(precompiled_headers)  # for clang-tidy, which reads them too
  one_header_set(one_headers HEADERS ${onenode_headers_plain})
  one_header_set(one_headers_net HEADERS ${onenode_headers_plain} ${onenode_headers_net} LIBRARIES one_asio)
  if(ONENODE_TESTS)
    one_header_set(one_headers_test HEADERS ${onenode_headers_plain} <gtest/gtest.h> LIBRARIES GTest::gtest)
    one_header_set(one_headers_net_test HEADERS ${onenode_headers_plain} ${onenode_headers_net} <gtest/gtest.h>
      LIBRARIES one_asio GTest::gtest)
  endif()
  one_precompile_targets_of(${PROJECT_SOURCE_DIR})
endfunction()
