# tutti_embed_sql(TARGET ROOM FOLDER): the numbered SQL files of FOLDER become a constant table in TARGET, declared in
# sync/store/migrations.hpp. tutti_embed_text(TARGET NAMESPACE NAME FILE): one text file as a string_view.
function(tutti_embed_sql target name folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX MATCH "^[0-9]+" number ${stem})
    string(REGEX REPLACE "^0+" "" number ${number})
    file(READ ${file} text)
    string(APPEND rows "  {${number}, \"${stem}\", R\"__sql__(${text})__sql__\"},\n")
  endforeach()
  set(output ${CMAKE_BINARY_DIR}/generated/migrations/${name}.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include "sync/store/migrations.hpp"
namespace tutti::store {
namespace {
constexpr Migration rows[] = {
@rows@};
}
std::span<const Migration> @name@_migrations() { return rows; }
}
]])
  target_sources(${target} PRIVATE ${output})
endfunction()

function(tutti_embed_text target namespace name file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  set(output ${CMAKE_BINARY_DIR}/generated/embedded/${name}.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include <string_view>
namespace @namespace@ {
std::string_view @name@();
std::string_view @name@() { return R"__text__(@text@)__text__"; }
}
]])
  target_sources(${target} PRIVATE ${output})
endfunction()
