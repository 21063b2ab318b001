using Vidimus.ShapeGenerator;

// dotnet run --project build/ShapeGenerator -- MODELS OUTPUT
// MODELS is the folder of a botocore data set (../shared/api-models/botocore-1.43.67), OUTPUT the folder of the project Vidimus.Api.
// What we add to the models of our own lies in extensions/, in the models' form.
if (args is not [var models, var output])
{
    Console.Error.WriteLine("usage: ShapeGenerator MODELS OUTPUT");
    return 2;
}

(string Service, string Version, string Folder)[] services =
[
    ("inspector2", "2020-06-08", "Inspector2"),
    ("inspector-scan", "2023-08-08", "InspectorScan"),
    ("inspector", "2016-02-16", "InspectorClassic"),
];

foreach (var (service, version, folder) in services)
{
    var model = ServiceModel.Read(Path.Combine(models, service, version, "service-2.json"));
    var own = Path.Combine(AppContext.BaseDirectory, "extensions", $"{service}.json");
    if (File.Exists(own)) model = model.With(ServiceModel.Read(own));
    var shapes = Path.Combine(output, folder, "Shapes");
    Directory.CreateDirectory(shapes);
    foreach (var old in Directory.EnumerateFiles(shapes, "*.g.cs")) File.Delete(old);
    foreach (var (name, text) in new ShapeWriter(model, $"Vidimus.Api.{folder}").Files()) File.WriteAllText(Path.Combine(shapes, name), text);
}

return 0;
