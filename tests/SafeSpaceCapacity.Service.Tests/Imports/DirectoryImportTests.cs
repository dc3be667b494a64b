using System.Diagnostics;
using System.Globalization;
using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.Imports;

/// <summary>Directories imported and exported over real connections.</summary>
public sealed class DirectoryImportTests(ITestOutputHelper output) : ServiceTest
{
    private const int Many = 10_000;

    [Fact]
    public async Task A_file_with_several_spaces_is_imported_and_found()
    {
        var told = await Service.ImportAsync(Files.Csv(Files.Row("space-a"), Files.Row("space-b", Ask.Latitude + 0.01)));
        Assert.Equal(new ImportDirectoryResponse.Types.Counts { Added = 2 }, told.Last.Imported);
        var page = await Service.Admin.ListSpacesAsync(new ListSpacesRequest());
        Assert.Equal(["space-a", "space-b"], page.Spaces.Select(space => space.SpaceId));
        var choice = page.Spaces[0].Choice;
        Assert.Equal(("The space-a", "Two sitting rooms, \"quiet\" ones.", "+44 141 496 0199", "Glasgow City"), (choice.Name, choice.Description, choice.Telephone, choice.CouncilArea));
        Assert.Equal(["en", "pl"], choice.Languages);
        Assert.Equal([Need.Wheelchair, Need.Quiet], choice.Provides);
        Assert.Equal(
            ["1 space/space-a/1 SpaceRegistered", "2 space/space-b/1 SpaceRegistered", "3 directory/imports/1 DirectoryImported"], await Service.EventsAsync());
    }

    [Fact]
    public async Task Ten_thousand_spaces_are_imported_with_progress_and_one_bad_row_among_them_changes_nothing()
    {
        var rows = Enumerable.Range(0, Many).Select(Spread).ToList();
        await Service.RegisterAsync("here-before", Ask.Latitude, Ask.Longitude);
        var head = Service.Log.HeadPosition;

        rows[6_789]["places"] = "0";
        var watch = Stopwatch.StartNew();
        var refused = await Service.ImportAsync(Files.Csv(rows));
        output.WriteLine($"{Many} rows with one that is bad: refused after {watch.Elapsed.TotalSeconds:F2} s");
        Assert.Equal(new ImportRemark { Row = 6_791, Column = "places", Rule = "must be 1 to 1000; it is 0" }, Assert.Single(refused.All, answer => answer.Error is not null).Error);
        Assert.Equal(1, refused.Last.Refused.Errors);
        Assert.Equal(head, Service.Log.HeadPosition);
        Assert.Equal("here-before", Assert.Single((await Service.Admin.ListSpacesAsync(new ListSpacesRequest())).Spaces).SpaceId);

        rows[6_789]["places"] = "5";
        watch.Restart();
        var previewed = await Service.ImportAsync(Files.Csv(rows), preview: true);
        output.WriteLine($"{Many} rows previewed in {watch.Elapsed.TotalSeconds:F2} s");
        Assert.Equal(new ImportDirectoryResponse.Types.Counts { Added = Many }, previewed.Last.Previewed);
        Assert.Equal(head, Service.Log.HeadPosition);

        watch.Restart();
        var told = await Service.ImportAsync(Files.Csv(rows));
        output.WriteLine($"{Many} rows imported in {watch.Elapsed.TotalSeconds:F2} s, {Files.Csv(rows).Length / 1024} KiB");
        Assert.Equal(new ImportDirectoryResponse.Types.Counts { Added = Many }, told.Last.Imported);
        var progress = told.All.Where(answer => answer.Progress is not null).Select(answer => answer.Progress).ToList();
        Assert.All(progress, step => Assert.Equal((Many, Many), (step.RowsRead, step.RowsTotal)));
        Assert.Equal(Enumerable.Range(0, 11).Select(step => step * 1_000), progress.Select(step => step.RowsChecked));
        Assert.Equal(head + Many + 1, Service.Log.HeadPosition);
        await Service.CaughtUpAsync();
        Assert.Equal(Many + 1, Service.ReadModel.Root.Spaces.Count);

        watch.Restart();
        var csv = await Service.ExportAsync(DirectoryFormat.Csv);
        output.WriteLine($"{Many} rows exported as CSV in {watch.Elapsed.TotalSeconds:F2} s");
        watch.Restart();
        var again = await Service.ImportAsync(csv);
        output.WriteLine($"{Many} rows found unchanged in {watch.Elapsed.TotalSeconds:F2} s");
        Assert.Equal(new ImportDirectoryResponse.Types.Counts { Unchanged = Many + 1 }, again.Last.Imported);

        watch.Restart();
        Service = await Service.RestartAsync();
        output.WriteLine($"stopped and started again in {watch.Elapsed.TotalSeconds:F2} s");
        Assert.Equal(Many + 1, Service.ReadModel.Root.Spaces.Count);
    }

    [Fact]
    public async Task Every_error_is_told_by_row_and_column()
    {
        var right = Files.Row("space-a");
        var wrong = Files.Row("Space B");
        (wrong["tier"], wrong["latitude"], wrong["ages"], wrong["hours"], wrong["places"]) = ("palace", "north", "adult toddler", "Mon 18-02", "many");
        (wrong["languages"], wrong["s297_designated"], wrong["bank_holiday"], wrong["special_days"]) = ("english", "maybe", "sometimes", "Christmas closed");
        (wrong["name"], wrong["telephone"], wrong["fresh_minutes"], wrong["unconfirmed_after_minutes"]) = ("", "call us", "60", "30");
        var far = Files.Row("space-c", latitude: 51.5, longitude: -0.1);
        var told = await Service.ImportAsync(Files.Csv(right, wrong, far, Files.Row("space-a")));
        var errors = told.All.Where(answer => answer.Error is not null).Select(answer => (answer.Error.Row, answer.Error.Column, answer.Error.Rule)).ToList();
        Assert.Equal(errors.Count, told.Last.Refused.Errors);
        Assert.Equal(
            ["ages", "bank_holiday", "fresh", "hours", "languages", "latitude", "name", "places", "s297_designated", "space_id", "special_days", "telephone", "tier", "unconfirmed_after_minutes"],
            errors.Where(error => error.Row == 3).Select(error => error.Column).Append("fresh").Distinct().Order(StringComparer.Ordinal));
        Says(3, "tier", "'palace' is none of wellbeing_cafe, staffed_community, clinical_adjacent");
        Says(3, "latitude", "must be a number such as 55.861; it is 'north'");
        Says(3, "ages", "'toddler' is none of child, young, adult, older");
        Says(3, "hours", "'18-02' is no stretch");
        Says(3, "places", "must be a whole number; it is 'many'");
        Says(3, "space_id", "must be 3 to 48 lower-case letters");
        Says(3, "name", "is required");
        Says(3, "languages", "must be an ISO 639 code");
        Says(3, "unconfirmed_after_minutes", "must be at least fresh_minutes, 60");
        Says(4, "latitude", "at most 50 km is served");
        Says(5, "space_id", "is in the file before: row 2");
        Assert.Equal(0, Service.Log.HeadPosition);

        void Says(int row, string column, string rule) => Assert.Contains(errors, error => error.Row == row && error.Column == column && error.Rule.Contains(rule, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("space_id,name\nabc,x\n", 0, "tier", "the column is missing")]
    [InlineData("space_id,space_id\n", 0, "space_id", "the column is there twice")]
    [InlineData("", 0, "", "")]
    [InlineData("space_id,\"name\n", 0, "", "")]
    public async Task A_file_that_is_no_directory_is_refused(string text, int row, string column, string rule)
    {
        if (text.Length == 0)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => Service.ImportAsync(ByteString.Empty));
            Assert.Equal((StatusCode.InvalidArgument, "content"), (refused.StatusCode, refused.Violations()[0].Field));
            return;
        }

        var told = await Service.ImportAsync(Files.Text(text));
        Assert.NotNull(told.Last.Refused);
        if (rule.Length > 0)
            Assert.Contains(told.All, answer => answer.Error is { } error && (error.Row, error.Column, error.Rule) == (row, column, rule));
        Assert.Equal(0, Service.Log.HeadPosition);
    }

    [Fact]
    public async Task A_column_that_is_not_known_and_a_row_with_too_few_fields_are_errors()
    {
        var csv = Files.Csv(Files.Row("space-a")).ToStringUtf8();
        var strange = await Service.ImportAsync(Files.Text(csv.Replace("access_note", "acess_note", StringComparison.Ordinal)));
        Assert.Equal(["access_note", "acess_note"], strange.All.Select(answer => answer.Error?.Column).OfType<string>().Order());
        var few = await Service.ImportAsync(Files.Text(csv + "space-b,too,few\n"));
        Assert.Equal("3 fields instead of 34", Assert.Single(few.All, answer => answer.Error is { Row: 3 }).Error.Rule);
    }

    [Fact]
    public async Task The_same_command_gets_the_same_answer_and_with_other_content_none()
    {
        var command = Ids.Next();
        var file = Files.Csv(Files.Row("space-a"));
        var first = await Service.ImportAsync(file, command: command);
        var head = Service.Log.HeadPosition;
        var again = await Service.ImportAsync(file, command: command);
        Assert.Equal(first.Last, again.Last);
        Assert.Equal(head, Service.Log.HeadPosition);
        var other = await Assert.ThrowsAsync<RpcException>(() => Service.ImportAsync(Files.Csv(Files.Row("space-b")), command: command));
        Assert.Equal(StatusCode.AlreadyExists, other.StatusCode);
        Assert.Equal(head, Service.Log.HeadPosition);
    }

    [Fact]
    public async Task A_refused_command_may_be_sent_again_mended()
    {
        var command = Ids.Next();
        var row = Files.Row("space-a");
        row["places"] = "-1";
        Assert.NotNull((await Service.ImportAsync(Files.Csv(row), command: command)).Last.Refused);
        row["places"] = "9";
        Assert.NotNull((await Service.ImportAsync(Files.Csv(row), command: command)).Last.Imported);
    }

    [Fact]
    public async Task A_space_that_exists_and_differs_is_an_error_that_names_what_differs()
    {
        await Service.ImportAsync(Files.Csv(Files.Row("space-a"), Files.Row("space-b")));
        var head = Service.Log.HeadPosition;
        var row = Files.Row("space-b");
        (row["places"], row["name"]) = ("9", "Another name");
        var told = await Service.ImportAsync(Files.Csv(Files.Row("space-a"), row, Files.Row("space-c")));
        var error = Assert.Single(told.All, answer => answer.Error is not null).Error;
        Assert.Equal((3, "space_id"), (error.Row, error.Column));
        Assert.Equal("'space-b' exists and differs in name, places; give change_existing to change it", error.Rule);
        Assert.Equal(head, Service.Log.HeadPosition);
    }

    [Fact]
    public async Task With_change_existing_it_is_changed_and_what_happens_there_is_kept()
    {
        await Service.ImportAsync(Files.Csv(Files.Row("space-a"), Files.Row("space-b")));
        await Service.CountAsync("space-b", 3);
        var row = Files.Row("space-b");
        (row["places"], row["name"], row["nudge_minutes"]) = ("9", "Another name", "20");
        var previewed = await Service.ImportAsync(Files.Csv(Files.Row("space-a"), row), preview: true, change: true);
        Assert.Equal(new ImportDirectoryResponse.Types.Counts { Changed = 1, Unchanged = 1 }, previewed.Last.Previewed);
        var told = await Service.ImportAsync(Files.Csv(Files.Row("space-a"), row), change: true);
        Assert.Equal(new ImportDirectoryResponse.Types.Counts { Changed = 1, Unchanged = 1 }, told.Last.Imported);
        Assert.Equal(("space-b", "name places nudge_minutes"), (told.All[^2].Changes.SpaceId, string.Join(' ', told.All[^2].Changes.Columns)));
        var board = (await Service.Admin.ListSpacesAsync(new ListSpacesRequest())).Spaces[1];
        Assert.Equal(("Another name", 9, 3), (board.Choice.Name, board.Availability.Places, board.Availability.Occupied));
        Assert.Single(await Service.EventsAsync(), line => line.EndsWith(" SpaceChanged", StringComparison.Ordinal) && line.Contains("space/space-b/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_id_that_was_taken_out_of_the_directory_is_not_given_again()
    {
        await Service.ImportAsync(Files.Csv(Files.Row("space-a")));
        await Service.Admin.RetireSpaceAsync(new RetireSpaceRequest { CommandId = Ids.Next(), SpaceId = "space-a", Reason = RetireReason.Closed });
        await Service.CaughtUpAsync();
        var told = await Service.ImportAsync(Files.Csv(Files.Row("space-a"), Files.Row("space-b")), change: true);
        Assert.Equal((2, "space_id", "'space-a' was taken out of the directory: an id is not given again"), (told.All[^2].Error.Row, told.All[^2].Error.Column, told.All[^2].Error.Rule));
    }

    [Fact]
    public async Task Somebody_who_writes_meanwhile_is_noticed_and_nothing_is_lost()
    {
        // Ten imports at once of overlapping spaces, alike in all of them, and one of these registered otherwise: whoever was first with that decides.
        var imports = Enumerable.Range(0, 10).Select(i => Service.ImportAsync(Files.Csv(Enumerable.Range(i, 5).Select(j => Files.Row($"space-{j}"))))).ToList();
        var single = Service.Admin.RegisterSpaceAsync(Ask.Space("space-7")).ResponseAsync;
        var told = await Task.WhenAll(imports);
        var registered = await single;
        for (var i = 0; i < told.Length; i++)
            Assert.Equal(i is < 3 or > 7 || registered.Registered is null, told[i].Last.Imported is not null);
        var added = (await Service.EventsAsync()).Where(line => line.EndsWith("SpaceRegistered", StringComparison.Ordinal)).Select(line => line.Split(' ')[1].Split('/')[1]).ToList();
        Assert.Distinct(added);
        Assert.Equal(added.Count, told.Sum(answer => answer.Last.Imported?.Added ?? 0) + (registered.Registered is null ? 0 : 1));
    }

    [Fact]
    public async Task What_is_exported_is_found_unchanged_in_both_formats_also_where_a_spreadsheet_would_see_a_formula()
    {
        var row = Files.Row("space-a");
        (row["name"], row["entrance"], row["access_note"], row["description"]) = ("=cmd|' /C calc'!A0", "@side", "''=1+1", "-a, \"b\"");
        row["bank_holiday"] = "12:30-23:00";
        row["venues"] = "[{\"weekdays\":[6,7],\"point\":{\"latitude\":55.87,\"longitude\":-4.3},\"entrance\":\"Side, door\"}]";
        (row["excludes"], row["review_by"], row["supervision_on_call"]) = ("age intoxication", "2027-03-31", "yes");
        row["trained"] = "{\"minimums\":[{\"training\":1,\"minimum\":1}]}";
        var night = Files.Row("space-b");
        (night["tier"], night["hours"], night["volunteer_weight"]) = ("clinical_adjacent", "daily 00:00-00:00", "0.25");
        await Service.ImportAsync(Files.Csv(row, night));
        var stored = (await Service.Admin.ListSpacesAsync(new ListSpacesRequest())).Spaces[0].Choice;

        // Of two apostrophes one is a guard.
        Assert.Equal(("=cmd|' /C calc'!A0", "@side", "'=1+1"), (stored.Name, stored.Entrance, stored.AccessNote));
        foreach (var format in new[] { DirectoryFormat.Csv, DirectoryFormat.HsdsJson })
        {
            var file = await Service.ExportAsync(format);
            var again = await Service.ImportAsync(file, format);
            Assert.True(again.Last.Imported is { Added: 0, Changed: 0, Unchanged: 2 }, $"{format}: {string.Join('\n', again.All)}");
        }

        var text = (await Service.ExportAsync(DirectoryFormat.Csv)).ToStringUtf8();
        Assert.DoesNotContain(text.Split('\n').Skip(1).SelectMany(line => line.Split(',')), cell => cell.TrimStart('"') is ['=' or '@' or '+', ..]);
    }

    [Fact]
    public async Task An_export_can_be_of_one_area()
    {
        await Service.ImportAsync(Files.Csv(Files.Row("in-glasgow"), Files.Row("in-edinburgh", 55.95, -3.19)));
        var edinburgh = (await Service.ExportAsync(DirectoryFormat.Csv, "S12000036")).ToStringUtf8();
        Assert.Contains("in-edinburgh", edinburgh, StringComparison.Ordinal);
        Assert.DoesNotContain("in-glasgow", edinburgh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_is_recorded_with_what_became_of_it()
    {
        var command = Ids.Next();
        var bad = Files.Row("space-a");
        bad["places"] = "";
        await Service.ImportAsync(Files.Csv(bad));
        await Service.ImportAsync(Files.Csv(Files.Row("space-a")), command: command);
        var entries = (await Service.AuditedAsync()).Where(entry => entry.Method.EndsWith("ImportDirectory", StringComparison.Ordinal)).ToList();
        Assert.Equal(["IMPORT_REFUSED", "ok"], entries.Select(entry => entry.Outcome));
        Assert.Equal((command, 2L), (entries[1].CommandId, entries[1].LogPosition));
    }

    [Fact]
    public async Task Whoever_sends_nothing_more_is_not_waited_for()
    {
        using var call = Service.Files.ImportDirectory();
        await call.RequestStream.WriteAsync(new ImportDirectoryRequest { CommandId = Ids.Next(), Format = DirectoryFormat.Csv, Content = Files.Text("space_id") });
        var ended = call.ResponseStream.MoveNext(CancellationToken.None);
        while (!ended.IsCompleted)
        {
            Service.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => ended)).StatusCode);

        // And the next is not kept waiting.
        Assert.NotNull((await Service.ImportAsync(Files.Csv(Files.Row("space-a")))).Last.Imported);
    }

    [Fact]
    public async Task What_an_import_is_about_is_said_in_its_first_message_only()
    {
        using var call = Service.Files.ImportDirectory();
        await call.RequestStream.WriteAsync(new ImportDirectoryRequest { CommandId = Ids.Next(), Format = DirectoryFormat.Csv });
        await call.RequestStream.WriteAsync(new ImportDirectoryRequest { CommandId = Ids.Next(), Content = Files.Text("space_id") });
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(("content", "must be alone in all messages but the first"), Assert.Single(refused.Violations()));
    }

    [Fact]
    public async Task Hsds_that_a_space_cannot_be_is_told_by_service_and_field()
    {
        await Service.ImportAsync(Files.Csv(Files.Row("space-a")));
        var right = (await Service.ExportAsync(DirectoryFormat.HsdsJson)).ToStringUtf8();
        await SaysAsync(right.Replace("\"freq\": \"WEEKLY\"", "\"freq\": \"MONTHLY\"", StringComparison.Ordinal), 1, "schedules[0]", "must be a week that always holds");
        await SaysAsync(right.Replace("\"status\": \"active\"", "\"status\": \"defunct\"", StringComparison.Ordinal), 1, "status", "must be active");
        await SaysAsync(right.Replace("\"latitude\": 55.861", "\"latitude\": \"55.861\"", StringComparison.Ordinal), 1, "service_at_locations[0].location.latitude", "must be a number");
        await SaysAsync(right.Replace("\"value\": \"staffed_community\"", "\"value\": \"palace\"", StringComparison.Ordinal), 1, "attributes[tier]", "'palace' is none of");
        await SaysAsync(right.Replace("\"number\": \"+44 141 496 0199\"", "\"number\": \"call us\"", StringComparison.Ordinal), 1, "phones[0].number", "3 to 20 digits");
        await SaysAsync(right[..^20], 0, "", "can't be read as JSON", anyRow: true);
        await SaysAsync("{}", 0, "", "must be a list of services");
        await SaysAsync("[1]", 1, "", "must be a service: a JSON object");
        await SaysAsync("[]", 0, "", "there is no space in it");

        async Task SaysAsync(string file, int row, string field, string rule, bool anyRow = false)
        {
            var told = await Service.ImportAsync(Files.Text(file), DirectoryFormat.HsdsJson);
            Assert.NotNull(told.Last.Refused);
            Assert.Contains(told.All, answer => answer.Error is { } error && (anyRow || error.Row == row) && error.Column == field && error.Rule.Contains(rule, StringComparison.Ordinal));
        }
    }

    // All over the Central Belt.
    private static Dictionary<string, string> Spread(int i)
    {
        var row = Files.Row(string.Create(CultureInfo.InvariantCulture, $"space-{i:D5}"), 55.7 + (i % 100 * 0.005), -4.5 + (i / 100 * 0.015));
        if (i % 3 == 0)
            (row["hours"], row["bank_holiday"]) = ("daily 18:00-02:00", "closed");
        return row;
    }
}
