using System.Security.Cryptography;
using Grpc.Core;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Tests;

/// <summary>Whole files in and out.</summary>
public sealed class FileTests : CliTest
{
    private readonly TemporaryDirectory _folder = new();

    public override async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_sent_whole_in_pieces_and_what_became_of_it_is_told()
    {
        var file = Write("spaces.csv", 100_000);
        Server.Import.Add(new() { Progress = new() { RowsRead = 20, RowsChecked = 10, RowsTotal = 20 } });
        Server.Import.Add(new() { Changes = new() { SpaceId = "space-a", Columns = { "name", "places" } } });
        Server.Import.Add(new() { Imported = new() { Added = 12, Changed = 1, Unchanged = 7 } });
        var run = await RunAsync("import", "directory", file, "--change-existing");
        Assert.Equal((ExitCodes.Done, "10 of 20 rows checked\n"), (run.Code, run.Error));
        Assert.Equal("space-a: name, places\nDone: 12 added, 1 changed, 7 as they were.\n", run.Out);
        Assert.Equal(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), Server.Imported.ToArray());
        var first = Server.Only<ImportDirectoryRequest>();
        Assert.True(first is { Format: DirectoryFormat.Csv, ChangeExisting: true, Preview: false, CommandId.Length: 36 });
    }

    [Theory]
    [InlineData("services.json", null, "HsdsJson")]
    [InlineData("services.txt", "hsds", "HsdsJson")]
    [InlineData("services.json", "csv", "Csv")]
    public async Task The_format_is_what_is_given_or_what_the_name_says(string name, string? format, string expected)
    {
        Server.Import.Add(new() { Previewed = new() { Added = 1 } });
        var run = await RunAsync([.. new[] { "import", "directory", Write(name, 10), "--preview" }, .. format is null ? Array.Empty<string>() : ["--format", format]]);
        Assert.Equal("It would be 1 added, 0 changed, 0 as they were.\n", run.Out);
        Assert.True(Server.Only<ImportDirectoryRequest>() is { Preview: true } first && first.Format.ToString() == expected);
    }

    [Fact]
    public async Task A_refused_file_ends_with_3_and_names_rows_and_columns()
    {
        Server.Import.Add(new() { Error = new() { Row = 7, Column = "places", Rule = "must be 1 to 1000; it is 0" } });
        Server.Import.Add(new() { Error = new() { Rule = "there is no space in it" } });
        Server.Import.Add(new() { Refused = new() { Errors = 2 } });
        var run = await RunAsync("import", "directory", Write("spaces.csv", 10));
        Assert.Equal(ExitCodes.Rejected, run.Code);
        Assert.Equal("row 7, places: must be 1 to 1000; it is 0\nthe file: there is no space in it\nNothing was changed: 2 errors.\n", run.Out);
    }

    [Fact]
    public async Task For_scripts_every_answer_is_a_line()
    {
        Server.Import.Add(new() { Progress = new() { RowsTotal = 1 } });
        Server.Import.Add(new() { Imported = new() { Added = 1 } });
        var run = await RunAsync("import", "directory", Write("spaces.csv", 10), "--json");
        Assert.Equal(["{ \"progress\": { \"rowsTotal\": 1 } }", "{ \"imported\": { \"added\": 1 } }"], run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_broken_import_tells_how_to_send_it_again()
    {
        Server.Failures.Enqueue(TestServer.Ended(StatusCode.Unavailable));
        var run = await RunAsync("import", "directory", Write("spaces.csv", 10));
        Assert.Equal(ExitCodes.NotReachable, run.Code);
        Assert.Contains($"--command-id {Server.Only<ImportDirectoryRequest>().CommandId}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_written_whole_or_not_at_all()
    {
        var path = Path.Combine(_folder.Path, "out.csv");
        Server.Export.AddRange(["a,b\n"u8.ToArray(), "1,2\n"u8.ToArray()]);
        var run = await RunAsync("export", "directory", "--out", path, "--area", "S12000049");
        Assert.Equal((ExitCodes.Done, $"{path} is written.\n"), (run.Code, run.Out));
        Assert.Equal("a,b\n1,2\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.True(Server.Only<ExportDirectoryRequest>() is { Format: DirectoryFormat.Csv, AreaCodes: ["S12000049"] });
        Server.Export.Add(null);
        var broken = await RunAsync("export", "directory", "--out", path + "2");
        Assert.NotEqual(ExitCodes.Done, broken.Code);
        Assert.False(File.Exists(path + "2"));
    }

    [Fact]
    public async Task Gazetteers_are_listed()
    {
        Width = 160;
        Assert.Contains("None was imported yet.", (await RunAsync("gazetteers")).Out, StringComparison.Ordinal);
        Server.Answers[typeof(ListGazetteersRequest)] = new ListGazetteersResponse
        {
            Gazetteers = { new ListGazetteersResponse.Types.Gazetteer { Kind = GazetteerKind.PostcodeSectors, Rows = 1273, Sha256 = new string('a', 64), ImportedBy = "ada", ImportedAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Now) } },
        };
        var run = await RunAsync("gazetteers");
        Assert.Contains("postcode-sectors", run.Out, StringComparison.Ordinal);
        Assert.Contains("1273", run.Out, StringComparison.Ordinal);
        Assert.Contains("ada", run.Out, StringComparison.Ordinal);
    }

    private string Write(string name, int length)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(length));
        return path;
    }
}
