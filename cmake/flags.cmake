# one_flags: what every target of ours is compiled and linked with.
option(ONENODE_WERROR "warnings are errors (our presets; never for packagers)" OFF)
option(ONENODE_HARDENED "position independent, RELRO, stack protector, FORTIFY" OFF)
option(ONENODE_COVERAGE "count executed lines" OFF)
option(ONENODE_FUZZERS "build the fuzzers (clang)" OFF)
set(ONENODE_SANITIZE "" CACHE STRING "value for -fsanitize=")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_COMPILE_OPTIONS_PIC -fPIE)  # libraries too: all of ours end in programs, and share precompiled headers with them

add_library(one_flags INTERFACE)
target_include_directories(one_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(one_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  $<$<BOOL:${ONENODE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Wrong wherever g++ 12 optimises: -Wrestrict about `"text" + std::string` (GCC bug 105651), -Wmismatched-new-delete
  # about frames of coroutines, whose operator delete Asio gives.
  target_compile_options(one_flags INTERFACE -fcoroutines -Wno-restrict -Wno-mismatched-new-delete)
endif()

# Sources whose loops over bytes the tests run thousands of times: compiled well where the rest is compiled fast.
function(one_hot_sources)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT ONENODE_SANITIZE AND NOT ONENODE_COVERAGE)
    set_source_files_properties(${ARGV} PROPERTIES COMPILE_OPTIONS -O2 SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()

if(ONENODE_HARDENED)
  target_compile_options(one_flags INTERFACE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(one_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  # Small before fast, whatever the packager's level is (docs/decisions/0009); frontend/ serves thousands and asks for -O2.
  # Functions that nothing calls stay out of the programs: Asio, JSON and CLI11 bring many.
  add_compile_options(-Os -ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
  # Function names and lines for a backtrace, which packages put apart; the same bytes wherever the sources lie, also by ccache,
  # which calls them by their way from here.
  file(RELATIVE_PATH onenode_way_up ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR})
  string(REGEX REPLACE "/$" "" onenode_way_up "${onenode_way_up}")
  add_compile_options(-g1 -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${onenode_way_up}=.)
endif()
if(ONENODE_SANITIZE)
  add_compile_options(-fsanitize=${ONENODE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(ONENODE_SANITIZE STREQUAL "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)  # ThreadSanitizer does not know fences; mutexes do their work
  endif()
  string(REPLACE "fuzzer-no-link," "" onenode_link_sanitizers "${ONENODE_SANITIZE}")
  add_link_options(-fsanitize=${onenode_link_sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Its data before each function has no place beside a coroutine's parts ("difference across sections", clang 14).
    add_compile_options(-fno-sanitize=function)
  endif()
endif()
if(ONENODE_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

find_program(onenode_mold mold)
if(onenode_mold)
  add_link_options(-fuse-ld=mold)
endif()
