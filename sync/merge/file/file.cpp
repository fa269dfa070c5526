#include "sync/merge/file/file.hpp"

#include <utility>
#include <vector>

#include "protocol/base/utf.hpp"
#include "sync/merge/file/columns.hpp"
#include "sync/merge/fold/folding.hpp"

namespace tutti::merge {

namespace {

// --- writing

/// Sections that are made for the occasion, and those that the archive has.
class Writer {
 public:
  void reuse(const Segment& kept) {
    sections_.push_back(kept.columns.view());
    sections_.push_back(kept.content.view());
  }
  void add(OwnSection made) { made_.push_back(std::move(made)); }
  void add(std::vector<Segment> made) {
    for (Segment& segment : made) {
      add(std::move(segment.columns));
      add(std::move(segment.content));
    }
  }
  [[nodiscard]] std::string write() {
    for (const OwnSection& made : made_) sections_.push_back(made.view());
    return write_container(sections_);
  }

 private:
  std::vector<Section> sections_;
  std::vector<OwnSection> made_;
};

void add_text(Writer& writer, const TextAtCut& text, bool packs) {
  const LvRange before{0, text.cut.events};
  std::string cut;
  put_cut(cut, text.cut);
  writer.add(make_section(SectionKind::cut, before, memory_of_cut(cut.size(), text.cut.known.size()), cut, packs));
  writer.add(make_section(SectionKind::text, before, 2 * text.text.size(), text.text, packs));
}

// --- reading

/// The sections of a file that a reader knows, each where it belongs.
struct Sorted {
  std::vector<Section> columns, content;
  std::optional<Section> cut, text;
};

bool put_once(std::optional<Section>& place, const Section& section) {
  if (place) return false;
  place = section;
  return true;
}

Result<Sorted> sort_sections(std::string_view bytes) {
  const Result<std::vector<Section>> all = read_container(bytes);
  if (!all) return all.error();
  Sorted sorted;
  bool fresh = true;
  for (const Section& section : *all) {
    if (section.kind == SectionKind::columns) sorted.columns.push_back(section);
    if (section.kind == SectionKind::content) sorted.content.push_back(section);
    if (section.kind == SectionKind::cut) fresh = fresh && put_once(sorted.cut, section);
    if (section.kind == SectionKind::text) fresh = fresh && put_once(sorted.text, section);
  }
  if (!fresh || sorted.columns.size() != sorted.content.size() || sorted.cut.has_value() != sorted.text.has_value()) {
    return broken_file();
  }
  return sorted;
}

Status read_text(Unpacker& unpacker, const Sorted& sorted, std::optional<TextAtCut>& text) {
  if (!sorted.cut) return {};
  std::string cut;
  text.emplace();
  if (!unpacker.unpack(*sorted.cut, cut) || !read_cut(cut, sorted.cut->memory, text->cut)) return broken_file();
  if (!unpacker.unpack(*sorted.text, text->text) || !utf8::valid(text->text)) return broken_file();
  return {};
}

/// `archived`: events before this one stay packed, or are not in the file. `later`: so do the others, for now.
Status read_history(const Sorted& sorted, Lv archived, bool later, File& file) {
  for (std::size_t i = 0; i < sorted.columns.size(); ++i) {
    const LvRange events = sorted.columns[i].events;
    if (events.begin == events.end) return broken_file();
    if (events.end > archived) {
      file.unread.add(sorted.columns[i], sorted.content[i], later);
    } else if (events.begin == file.archive.end() && events == sorted.content[i].events) {
      file.archive.keep(sorted.columns[i], sorted.content[i]);
    } else {
      return broken_file();
    }
  }
  if (file.archive.end() != archived && file.archive.end() != 0) return broken_file();
  while (!later && !file.unread.empty()) {
    if (Status done = file.unread.go_on(file.log); !done) return done;
  }
  return {};
}

Result<File> read_file(std::string_view bytes, bool opens) {
  const Result<Sorted> sorted = sort_sections(bytes);
  if (!sorted) return sorted.error();
  Unpacker unpacker;
  File file;
  if (Status done = read_text(unpacker, *sorted, file.text); !done) return done.error();
  const bool begins_at_cut = sorted->columns.empty() || sorted->columns.front().events.begin > 0;
  if (file.text && (opens || begins_at_cut)) {
    Cut& cut = file.text->cut;
    file.log = log_from(std::exchange(cut, {cut.events, {}, cut.head}));  // who knows what is held once
  }
  if (Status done = read_history(*sorted, file.log.folded(), opens, file); !done) return done.error();
  if (file.text && file.log.size() < file.text->cut.events) return broken_file();
  return file;
}

}  // namespace

std::string encode_file(const Log& log, const Archive& archive, const Contents& contents) {
  const Lv cut = contents.text ? contents.text->cut.events : log.size();
  const bool reuses = archive.end() <= cut;
  Writer writer;
  if (contents.past) {
    if (reuses) {
      for (const Segment& segment : archive.segments()) writer.reuse(segment);
    }
    const LvRange between{reuses ? archive.end() : 0, cut};
    if (between.begin < between.end && log.folded() <= between.begin) writer.add(pack_events(log, between));
  }
  if (contents.text) add_text(writer, *contents.text, contents.packs_text);
  if (cut < log.size()) writer.add(pack_events(log, {cut, log.size()}, contents.packs_text));
  return writer.write();
}

Result<File> decode_file(std::string_view bytes) {
  return read_file(bytes, false);
}

Result<File> open_file(std::string_view bytes) {
  return read_file(bytes, true);
}

}  // namespace tutti::merge
