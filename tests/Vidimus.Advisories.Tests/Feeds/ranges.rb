# Says of every advisory of the Ruby Advisory Database below a folder which of some versions it is about, by RubyGems' own requirements: FILE<TAB>VERSION<TAB>1|0
require "yaml"
require "date"
require "rubygems"

Dir.glob("#{ARGV[0]}/gems/**/*.yml").sort.each do |path|
  entry = YAML.safe_load(File.read(path), permitted_classes: [Date, Time])
  texts = (entry["patched_versions"] || []) + (entry["unaffected_versions"] || [])
  safe = texts.map { |text| Gem::Requirement.new(*text.split(",").map(&:strip)) }
  named = texts.join(" ").scan(/[0-9][0-9A-Za-z.\-]*/).uniq
  probes = (["0.0.1", "99999"] + named + named.flat_map { |v| ["#{v}.1", "#{v}.pre", "#{v}.0", v.sub(/\d+\z/) { |d| (d.to_i + 1).to_s }, "#{v.split(".")[0].to_i + 1}", "#{v.split(".")[0].to_i + 1}.0.0.beta1"] }).uniq
  probes.each do |probe|
    next unless Gem::Version.correct?(probe)
    version = Gem::Version.new(probe)
    puts [path[ARGV[0].length + 1..], probe, safe.none? { |r| r.satisfied_by?(version) } ? 1 : 0].join("\t")
  end
end
