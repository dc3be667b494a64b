using System.CommandLine;
using SafeSpaceCapacity.Embedded;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder that holds the log; made if it is not there.",
    DefaultValueFactory = _ => new DirectoryInfo("demo-data"),
};
var grpcPort = new Option<int>("--grpc-port") { Description = "Port for crews, staff and the command line (gRPC).", DefaultValueFactory = _ => 5080 };
var httpPort = new Option<int>("--http-port") { Description = "Port for probes: GET /healthz.", DefaultValueFactory = _ => 5081 };
var empty = new Option<bool>("--empty") { Description = "Without the fictional spaces of the demo region." };
var router = new Option<Uri?>("--router") { Description = "Address of an OSRM-compatible road router, such as http://127.0.0.1:5000/." };

var root = new RootCommand("Answers where nearby a person in crisis can go. Everything on one machine.") { data, grpcPort, httpPort, empty, router };
root.SetAction((parsed, _) => EmbeddedHost.RunAsync(new EmbeddedOptions(
    parsed.GetRequiredValue(data).FullName,
    parsed.GetValue(grpcPort),
    parsed.GetValue(httpPort),
    parsed.GetValue(empty),
    parsed.GetValue(router))));
return await root.Parse(args).InvokeAsync();
