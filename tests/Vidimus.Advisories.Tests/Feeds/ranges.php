<?php
// Says of every advisory of FriendsOfPHP below a folder which of some versions it is about, by Composer's own comparisons: FILE<TAB>VERSION<TAB>1|0
require '/usr/share/php/Composer/Semver/autoload.php';
use Composer\Semver\Comparator;
use Composer\Semver\VersionParser;

$parser = new VersionParser();

$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($argv[1], FilesystemIterator::SKIP_DOTS));
foreach ($files as $file) {
    if ($file->getExtension() !== 'yaml' || str_contains($file->getPathname(), '/.github/')) continue;
    // The lists of conditions stand on one line or on several, one a dash.
    $branches = [];
    $open = false;
    foreach (file($file->getPathname()) as $line) {
        if (preg_match('/^\s+versions:\s*(.*)$/', $line, $m)) {
            $branches[] = [];
            $open = true;
            $line = $m[1];
        } elseif ($open && !preg_match('/^\s*(-\s*[\'"]|[\'"\]\[,])/', $line)) {
            $open = false;
        }
        if ($open) {
            preg_match_all('/(<=|>=|==|!=|<|>|=)\s*v?([0-9A-Za-z.\-]+)/', $line, $found, PREG_SET_ORDER);
            foreach ($found as $f) $branches[count($branches) - 1][] = [$f[1], $f[2]];
        }
    }
    $probes = ['0.0.1' => 1, '99999.0' => 1];
    foreach ($branches as $conditions) foreach ($conditions as [, $v]) foreach ([$v, $v === "0" ? $v : "$v-beta1", preg_replace_callback('/\d+(?=\D*$)/', fn($m) => $m[0] + 1, $v), preg_replace_callback('/\d+(?=\D*$)/', fn($m) => max(0, $m[0] - 1), $v)] as $p) $probes[$p] = 1;
    foreach (array_keys($probes) as $probe) {
        $affected = 0;
        try {
            foreach ($branches as $conditions) {
                $all = true;
                foreach ($conditions as [$sign, $v]) $all = $all && Comparator::compare($parser->normalize((string) $probe), $sign, $parser->normalize($v));
                if ($all) $affected = 1;
            }
        } catch (UnexpectedValueException) {
            continue;
        }
        echo substr($file->getPathname(), strlen($argv[1]) + 1), "\t", $probe, "\t", $affected, "\n";
    }
}
