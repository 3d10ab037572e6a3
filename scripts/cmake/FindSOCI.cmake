# SPDX-License-Identifier: Apache-2.0
# Debian ships SOCI without a CMake package: headers in include/soci, libraries libsoci_*.
find_path(SOCI_INCLUDE_DIR soci/soci.h)
find_library(SOCI_CORE_LIBRARY soci_core)
find_library(SOCI_SQLITE3_LIBRARY soci_sqlite3)
find_library(SOCI_POSTGRESQL_LIBRARY soci_postgresql)
find_library(SOCI_ODBC_LIBRARY soci_odbc)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SOCI REQUIRED_VARS SOCI_CORE_LIBRARY SOCI_SQLITE3_LIBRARY SOCI_POSTGRESQL_LIBRARY
                                  SOCI_ODBC_LIBRARY SOCI_INCLUDE_DIR)
foreach(part core sqlite3 postgresql odbc)
  string(TOUPPER ${part} upper)
  if(SOCI_FOUND AND NOT TARGET SOCI::${part})
    add_library(SOCI::${part} UNKNOWN IMPORTED)
    set_target_properties(SOCI::${part} PROPERTIES IMPORTED_LOCATION "${SOCI_${upper}_LIBRARY}"
                          INTERFACE_INCLUDE_DIRECTORIES "${SOCI_INCLUDE_DIR};${SOCI_INCLUDE_DIR}/soci")
  endif()
endforeach()
