using System.Collections.Frozen;
using SafeSpaceCapacity.Audit;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Service.Access;

/// <summary>How far a role reaches.</summary>
internal enum Reach
{
    /// <summary>Everywhere.</summary>
    Everything = 1,

    /// <summary>The spaces that the token names: the request's <c>space_id</c> must be one.</summary>
    OwnSpaces = 2,

    /// <summary>The areas that the token names: each of the request's <c>area_codes</c> must be one.</summary>
    OwnAreas = 3,

    /// <summary>Spaces in the areas that the token names. Where a space lies the method knows: it looks for itself.</summary>
    SpacesOfOwnAreas = 4,
}

/// <summary>Who may call a method.</summary>
/// <param name="Kind">How the call is recorded; null for what says nothing about spaces or people and is not recorded.</param>
/// <param name="Reach">How far.</param>
/// <param name="Roles">Any one of these; none: everybody, also without a token.</param>
internal sealed record AccessRule(AuditKind? Kind, Reach Reach, Role[] Roles)
{
    /// <summary>Whether it may be called without a token.</summary>
    public bool IsOpen => Roles.Length == 0;
}

/// <summary>The one place that says who may call what. A method that is not here may be called by nobody.</summary>
internal static class AccessTable
{
    private const AuditKind Read = AuditKind.Read;
    private const AuditKind Write = AuditKind.Write;

    private static readonly Role[] Crews = [Role.Crew, Role.Machine];
    private static readonly Role[] Staff = [Role.Staff];
    private static readonly Role[] Administrators = [Role.Administrator];
    private static readonly Role[] Planners = [Role.Planner];
    private static readonly Role[] Auditors = [Role.Auditor];
    private static readonly Role[] Everybody = [];

    private static readonly FrozenDictionary<string, AccessRule> Rules = new (string Method, AuditKind? Kind, Reach Reach, Role[] Roles)[]
    {
        ("safespacecapacity.v1.CrewService/FindSpaces", Read, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/WatchSpaces", Read, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/GetHold", Read, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/HoldPlace", Write, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/ExtendHold", Write, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/ReleaseHold", Write, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/ConfirmArrival", Write, Reach.Everything, Crews),
        ("safespacecapacity.v1.CrewService/ReportRefused", Write, Reach.Everything, Crews),

        ("safespacecapacity.v1.StaffService/GetBoard", Read, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/WatchBoard", Read, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/GetRota", Read, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/PlanRota", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/UndoAct", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/AcknowledgeEscalation", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/StartShift", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/EndShift", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/RecordArrival", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/RecordDeparture", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/RecordCount", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/ConfirmSpace", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/PauseSpace", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/ResumeSpace", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/AcceptHold", Write, Reach.OwnSpaces, Staff),
        ("safespacecapacity.v1.StaffService/DeclineHold", Write, Reach.OwnSpaces, Staff),

        ("safespacecapacity.v1.AdminService/RegisterSpace", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/ListSpaces", Read, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/GetSpace", Read, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/ChangeSpace", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/RetireSpace", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/GetSpaceChanges", Read, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/SetTierPolicy", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/ListTierPolicies", Read, Reach.Everything, Administrators),
        ("safespacecapacity.v1.AdminService/GetCallList", Read, Reach.Everything, Administrators),

        ("safespacecapacity.v1.DirectoryService/ImportDirectory", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.DirectoryService/ExportDirectory", Read, Reach.Everything, Administrators),
        ("safespacecapacity.v1.DirectoryService/ImportGazetteer", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.DirectoryService/ListGazetteers", Read, Reach.Everything, Administrators),
        ("safespacecapacity.v1.DirectoryService/ImportDemand", Write, Reach.Everything, Administrators),
        ("safespacecapacity.v1.DirectoryService/ListDemandSources", Read, Reach.Everything, Administrators),

        ("safespacecapacity.v1.PlannerService/GetAreaTotals", Read, Reach.OwnAreas, Planners),
        ("safespacecapacity.v1.PlannerService/WatchAreaTotals", Read, Reach.OwnAreas, Planners),
        ("safespacecapacity.v1.PlannerService/GetHourlyTotals", Read, Reach.OwnAreas, Planners),
        ("safespacecapacity.v1.PlannerService/GetSpaceHistory", Read, Reach.SpacesOfOwnAreas, Planners),
        ("safespacecapacity.v1.PlannerService/GetBoundaries", Read, Reach.OwnAreas, Planners),

        ("safespacecapacity.v1.PlanningService/GetDemandHistory", Read, Reach.OwnAreas, Planners),
        ("safespacecapacity.v1.PlanningService/GetForecast", Read, Reach.OwnAreas, Planners),
        ("safespacecapacity.v1.PlanningService/TrainForecast", Write, Reach.Everything, Planners),

        ("safespacecapacity.v1.AuditService/QueryAudit", Read, Reach.Everything, Auditors),
        ("safespacecapacity.v1.AuditService/ExportAudit", Read, Reach.Everything, Auditors),

        // It looks for itself whether its caller is on this machine.
        ("safespacecapacity.v1.DemoService/IssueDemoToken", AuditKind.SignIn, Reach.Everything, Everybody),
        ("safespacecapacity.v1.DemoService/AdvanceClock", Write, Reach.Everything, Administrators),

        ("grpc.health.v1.Health/Check", null, Reach.Everything, Everybody),
        ("grpc.health.v1.Health/Watch", null, Reach.Everything, Everybody),
    }.ToFrozenDictionary(line => "/" + line.Method, line => new AccessRule(line.Kind, line.Reach, line.Roles), StringComparer.Ordinal);

    /// <summary>All methods that have a rule, as <c>/package.Service/Method</c>.</summary>
    public static IEnumerable<string> Methods => Rules.Keys;

    /// <summary>The rule of a method; null where nobody stated one.</summary>
    public static AccessRule? Find(string method) => Rules.GetValueOrDefault(method);
}
