namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Makes an OCI layout in the folder <c>layout</c> with nothing but a shell (OCI image specification 1.1), so that it may say what no builder would.</summary>
internal static class LayoutScript
{
    /// <summary><c>add FILE</c> moves a file among the blobs and prints its digest; <c>config DIFF…</c> and <c>manifest KIND CONFIG LAYER…</c> add theirs; <c>index DIGEST</c> ends it; <c>image KIND DIFF LAYER</c> does all for one layer.</summary>
    public const string Functions = """
        mkdir -p layout/blobs/sha256
        echo '{"imageLayoutVersion":"1.0.0"}' > layout/oci-layout
        add() { local digest; digest=$(sha256sum < "$1" | cut -d' ' -f1); mv "$1" layout/blobs/sha256/$digest; echo sha256:$digest; }
        config() { local IFS=,; printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[%s]}}' "$*" > config; add config; }
        manifest() { local kind=$1 config=$2 list= layer; shift 2; for layer; do list+=",{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar$kind\",\"digest\":\"$layer\",\"size\":1}"; done
          printf '{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":1},"layers":[%s]}' $config "${list#,}" > manifest; add manifest; }
        index() { printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":1}]}' $1 > layout/index.json; }
        image() { index $(manifest "$1" $(config "\"$2\"") $3); }
        """;
}
