# Run by each build: the commit of SOURCE as the header OUT, written anew only where it changed. A source package says its
# commit in a file; any other tree without a repository of its own has none, unless COMMIT is given.
cmake_minimum_required(VERSION 3.25)
if(NOT COMMIT AND EXISTS ${SOURCE}/SOURCE_COMMIT)
  file(STRINGS ${SOURCE}/SOURCE_COMMIT COMMIT LIMIT_COUNT 1)
endif()
if(NOT COMMIT)
  execute_process(COMMAND git -C ${SOURCE} rev-parse --show-toplevel
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  file(REAL_PATH ${SOURCE} source)
  if(NOT failed AND top STREQUAL source)
    execute_process(COMMAND git --no-optional-locks -C ${SOURCE} describe --always --dirty --abbrev=40 --exclude=*
      OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define ONENODE_COMMIT \"@COMMIT@\"\n" @ONLY)
