using SafeSpaceCapacity.Contract.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.BadInput;

/// <summary>One request of every method with every required field right, so that what a test spoils is all that is wrong.</summary>
internal static class ValidRequests
{
    public const string Space = "near-space";

    public static IMessage Of<T>(Action<T>? spoil = null)
        where T : IMessage, new()
    {
        IMessage request = new T() switch
        {
            FindSpacesRequest => Ask.Find(),
            WatchSpacesRequest => new WatchSpacesRequest { Origin = Ask.At(Ask.Latitude, Ask.Longitude) },
            HoldPlaceRequest => new HoldPlaceRequest { CommandId = Ids.Next(), SpaceId = Space, Eta = In(20), LegalStatus = LegalStatus.Voluntary },
            GetHoldRequest => new GetHoldRequest { SpaceId = Space, HoldId = Ids.Next() },
            ExtendHoldRequest => new ExtendHoldRequest { CommandId = Ids.Next(), SpaceId = Space, HoldId = Ids.Next(), Eta = In(20) },
            ReleaseHoldRequest => new ReleaseHoldRequest { CommandId = Ids.Next(), SpaceId = Space, HoldId = Ids.Next() },
            ConfirmArrivalRequest => new ConfirmArrivalRequest { CommandId = Ids.Next(), SpaceId = Space },
            ReportRefusedRequest => new ReportRefusedRequest { CommandId = Ids.Next(), SpaceId = Space, Reason = RefusalReason.Age },
            StartShiftRequest => new StartShiftRequest { CommandId = Ids.Next(), SpaceId = Space, Role = StaffRole.TeamLead, EndsAt = In(60) },
            EndShiftRequest => new EndShiftRequest { CommandId = Ids.Next(), SpaceId = Space, ShiftId = Ids.Next() },
            RecordArrivalRequest => new RecordArrivalRequest { CommandId = Ids.Next(), SpaceId = Space },
            RecordDepartureRequest => new RecordDepartureRequest { CommandId = Ids.Next(), SpaceId = Space },
            RecordCountRequest => new RecordCountRequest { CommandId = Ids.Next(), SpaceId = Space, Occupied = 1 },
            ConfirmSpaceRequest => new ConfirmSpaceRequest { CommandId = Ids.Next(), SpaceId = Space },
            PauseSpaceRequest => new PauseSpaceRequest { CommandId = Ids.Next(), SpaceId = Space, Reason = PauseReason.Other, Until = In(60) },
            ResumeSpaceRequest => new ResumeSpaceRequest { CommandId = Ids.Next(), SpaceId = Space },
            AcceptHoldRequest => new AcceptHoldRequest { CommandId = Ids.Next(), SpaceId = Space, HoldId = Ids.Next() },
            DeclineHoldRequest => new DeclineHoldRequest { CommandId = Ids.Next(), SpaceId = Space, HoldId = Ids.Next(), Reason = RefusalReason.Age },
            WatchBoardRequest => new WatchBoardRequest { SpaceId = Space },
            UndoActRequest => new UndoActRequest { CommandId = Ids.Next(), SpaceId = Space, ActId = Ids.Next() },
            PlanRotaRequest => new PlanRotaRequest { CommandId = Ids.Next(), SpaceId = Space, Lines = { Line() } },
            GetRotaRequest => new GetRotaRequest { SpaceId = Space },
            AcknowledgeEscalationRequest => new AcknowledgeEscalationRequest
            {
                CommandId = Ids.Next(), SpaceId = Space, Cause = EscalationCause.UnsafeStaffing, Contact = EscalationContact.OnCallManager,
            },
            GetSpaceRequest => new GetSpaceRequest { SpaceId = Space },
            ChangeSpaceRequest => new ChangeSpaceRequest { CommandId = Ids.Next(), SpaceId = Space, Entry = Ask.Entry(Space, entry => entry.SpaceId = string.Empty) },
            RetireSpaceRequest => new RetireSpaceRequest { CommandId = Ids.Next(), SpaceId = Space, Reason = RetireReason.Closed },
            GetSpaceChangesRequest => new GetSpaceChangesRequest { SpaceId = Space },
            SetTierPolicyRequest => new SetTierPolicyRequest { CommandId = Ids.Next(), Tier = Tier.WellbeingCafe, Policy = new Policy { FreshMinutes = 30 } },
            ListTierPoliciesRequest => new ListTierPoliciesRequest(),
            GetCallListRequest => new GetCallListRequest { AreaCodes = { "S12000049", "S12000036" } },
            GetBoardRequest => new GetBoardRequest { SpaceId = Space },
            RegisterSpaceRequest => Ask.Space("another-space"),
            ListSpacesRequest => new ListSpacesRequest(),
            ImportDirectoryRequest => new ImportDirectoryRequest { CommandId = Ids.Next(), Format = DirectoryFormat.Csv, Content = Imports.Files.Csv(Imports.Files.Row("imported-space")) },
            ExportDirectoryRequest => new ExportDirectoryRequest { Format = DirectoryFormat.Csv },
            ImportGazetteerRequest => new ImportGazetteerRequest { CommandId = Ids.Next(), Kind = GazetteerKind.Outcodes, Content = Imports.Files.Text("outcode,lat,lon,n_postcodes\nG2,55.862,-4.258,900\n") },
            ListGazetteersRequest => new ListGazetteersRequest(),
            ImportDemandRequest => new ImportDemandRequest { Source = "police", Content = Imports.Files.Text("area,timestamp,count\nS12000049,2026-01-01T10:00,3\n") },
            ListDemandSourcesRequest => new ListDemandSourcesRequest(),
            GetBoundariesRequest => new GetBoundariesRequest { AreaCodes = { "S12000049", "S12000036" } },
            GetAreaTotalsRequest => new GetAreaTotalsRequest { AreaCodes = { "S12000049", "S12000036" } },
            WatchAreaTotalsRequest => new WatchAreaTotalsRequest { AreaCodes = { "S12000049", "S12000036" } },
            GetHourlyTotalsRequest => new GetHourlyTotalsRequest { AreaCodes = { "S12000049", "S12000036" }, From = In(-180), Until = In(0) },
            GetSpaceHistoryRequest => new GetSpaceHistoryRequest { SpaceId = Space, From = In(-180), Until = In(0) },
            GetDemandHistoryRequest => new GetDemandHistoryRequest { AreaCodes = { "S12000049", "S12000036" }, From = In(-180), Until = In(0), Period = DemandPeriod.Hour },
            GetForecastRequest => new GetForecastRequest { AreaCodes = { "S12000049", "S12000036" }, Period = DemandPeriod.Day },
            TrainForecastRequest => new TrainForecastRequest(),
            QueryAuditRequest => new QueryAuditRequest { Filter = new AuditFilter { Kind = AuditKind.Write } },
            ExportAuditRequest => new ExportAuditRequest { Filter = new AuditFilter { Kind = AuditKind.Write } },
            var other => throw new NotSupportedException($"there is no valid {other.Descriptor.Name} yet: write one here"),
        };
        spoil?.Invoke((T)request);
        return request;
    }

    /// <summary>Somebody who works from 22:00 to 06:00 with a break over midnight.</summary>
    public static RotaLine Line() => new()
    {
        LineId = Ids.Next(),
        Role = StaffRole.SupportWorker,
        Weekdays = { 1, 7 },
        Starts = "22:00",
        Ends = "06:00",
        Breaks = { new RotaBreak { Starts = "23:45", Ends = "00:15" } },
    };

    /// <summary>A time some minutes from when every test begins.</summary>
    public static Timestamp In(double minutes) => Timestamp.FromDateTimeOffset(ManualTime.Start + TimeSpan.FromMinutes(minutes));
}
