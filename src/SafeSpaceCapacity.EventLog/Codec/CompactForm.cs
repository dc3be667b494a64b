using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace SafeSpaceCapacity.EventLog.Codec;

/// <summary>
/// How values of the domain look in checkpoints: their members one after the other, without names. A start reads as many as there are spaces, and JSON
/// takes it twenty times as long. Nothing is kept in it that could not be worked out again: <see cref="Layout"/> tells a form from what it was
/// before a member came, went or changed. Written by hand since the served packages of this kind want attributes in the domain, or to write what is
/// worked out from other members as well.
/// </summary>
/// <typeparam name="T">
/// A record of one constructor, whose parameters and further settable properties are all there is to it; an enum, a text, a number, a time; any of
/// these or nothing; an immutable array of them.
/// </typeparam>
internal static class CompactForm<T>
{
    /// <summary>Writes a value.</summary>
    public static Action<BinaryWriter, T> Write { get; } = ((Expression<Action<BinaryWriter, T>>)CompactForm.Writing(typeof(T))).Compile();

    /// <summary>Reads what was written.</summary>
    public static Func<BinaryReader, T> Read { get; } = ((Expression<Func<BinaryReader, T>>)CompactForm.Reading(typeof(T))).Compile();

    /// <summary>A number for what is written: another if any name, type or order of it differs.</summary>
    public static int Layout { get; } = CompactForm.LayoutOf(typeof(T));
}

/// <summary>What <see cref="CompactForm{T}"/> is made of.</summary>
internal static class CompactForm
{
    private static readonly Dictionary<Type, (string Write, string Read)> Numbers = new()
    {
        [typeof(int)] = (nameof(BinaryWriter.Write7BitEncodedInt), nameof(BinaryReader.Read7BitEncodedInt)),
        [typeof(long)] = (nameof(BinaryWriter.Write7BitEncodedInt64), nameof(BinaryReader.Read7BitEncodedInt64)),
        [typeof(ulong)] = (nameof(BinaryWriter.Write), nameof(BinaryReader.ReadUInt64)),
        [typeof(bool)] = (nameof(BinaryWriter.Write), nameof(BinaryReader.ReadBoolean)),
        [typeof(double)] = (nameof(BinaryWriter.Write), nameof(BinaryReader.ReadDouble)),
        [typeof(decimal)] = (nameof(BinaryWriter.Write), nameof(BinaryReader.ReadDecimal)),
        [typeof(string)] = (nameof(BinaryWriter.Write), nameof(BinaryReader.ReadString)),
    };

    public static LambdaExpression Writing(Type type)
    {
        var (to, value) = (Expression.Parameter(typeof(BinaryWriter)), Expression.Parameter(type));
        return Expression.Lambda(Writing(type, to, value), to, value);
    }

    public static LambdaExpression Reading(Type type)
    {
        var from = Expression.Parameter(typeof(BinaryReader));
        return Expression.Lambda(Reading(type, from), from);
    }

    public static int LayoutOf(Type type)
    {
        var text = new StringBuilder();
        Describe(type, text, []);
        return BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))) & int.MaxValue;
    }

    private static Expression Writing(Type type, Expression to, Expression value)
    {
        if (Numbers.TryGetValue(type, out var number))
            return Expression.Call(to, typeof(BinaryWriter).GetMethod(number.Write, [type])!, value);
        if (type.IsEnum)
            return Writing(type.GetEnumUnderlyingType(), to, Expression.Convert(value, type.GetEnumUnderlyingType()));
        if (IsLeaf(type))
            return Expression.Call(typeof(Leaves).GetMethod("Write" + type.Name, [typeof(BinaryWriter), type])!, to, value);
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Optional(Expression.Property(value, "HasValue"), Written(inner, to, Expression.Property(value, "Value")));
        if (Item(type) is { } item)
            return Expression.Call(typeof(CompactForm), nameof(WriteItems), [item], to, value);
        var members = Expression.Block(typeof(void), Members(type).Select(member => Written(member.PropertyType, to, Expression.Property(value, member))));
        return type.IsValueType ? members : Optional(Expression.ReferenceNotEqual(value, Expression.Constant(null)), members);

        Expression Optional(Expression isThere, Expression write) =>
            Expression.Block(Writing(typeof(bool), to, isThere), Expression.IfThen(isThere, write));
    }

    private static Expression Reading(Type type, Expression from)
    {
        if (Numbers.TryGetValue(type, out var number))
            return Expression.Call(from, typeof(BinaryReader).GetMethod(number.Read, [])!);
        if (type.IsEnum)
            return Expression.Convert(Reading(type.GetEnumUnderlyingType(), from), type);
        if (IsLeaf(type))
            return Expression.Call(typeof(Leaves).GetMethod("Read" + type.Name, [typeof(BinaryReader)])!, from);
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Optional(Expression.Convert(Read(inner, from), type));
        if (Item(type) is { } item)
            return Expression.Call(typeof(CompactForm), nameof(ReadItems), [item], from);
        var made = type.GetConstructors().Single();
        var taken = made.GetParameters().Select(parameter => Read(parameter.ParameterType, from));
        var further = Members(type).Skip(made.GetParameters().Length).Select(member => Expression.Bind(member, Read(member.PropertyType, from)));
        var all = Expression.MemberInit(Expression.New(made, taken), further);
        return type.IsValueType ? all : Optional(all);

        Expression Optional(Expression read) => Expression.Condition(Reading(typeof(bool), from), read, Expression.Default(type));
    }

    // A record inside another is written by its own code, which is made once.
    private static Expression Written(Type type, Expression to, Expression value) => IsRecord(type)
        ? Expression.Invoke(Expression.Property(null, typeof(CompactForm<>).MakeGenericType(type), nameof(CompactForm<>.Write)), to, value)
        : Writing(type, to, value);

    private static Expression Read(Type type, Expression from) => IsRecord(type)
        ? Expression.Invoke(Expression.Property(null, typeof(CompactForm<>).MakeGenericType(type), nameof(CompactForm<>.Read)), from)
        : Reading(type, from);

    private static bool IsRecord(Type type) =>
        !Numbers.ContainsKey(type) && !type.IsEnum && !IsLeaf(type) && Nullable.GetUnderlyingType(type) is null && Item(type) is null;

    private static bool IsLeaf(Type type) => type == typeof(Guid) || type == typeof(Instant) || type == typeof(LocalTime) || type == typeof(LocalDate);

    private static Type? Item(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>The constructor's parameters in their order, then what else can be set.</summary>
    private static IEnumerable<PropertyInfo> Members(Type type)
    {
        var parameters = type.GetConstructors().Single().GetParameters();
        var taken = Array.ConvertAll(parameters, parameter => type.GetProperty(parameter.Name!)
            ?? throw new ArgumentException($"{type} has no property {parameter.Name}", nameof(type)));
        return taken.Concat(type.GetProperties().Where(member => member.SetMethod is { IsPublic: true } && !taken.Contains(member)));
    }

    private static void Describe(Type type, StringBuilder text, HashSet<Type> described)
    {
        text.Append(type).Append(';');
        if (Item(type) is { } item)
            Describe(item, text, described);
        else if (Nullable.GetUnderlyingType(type) is { } inner)
            Describe(inner, text, described);
        else if (type.IsEnum)
            text.AppendJoin(',', Enum.GetNames(type).Select(name => $"{name}={Enum.Format(type, Enum.Parse(type, name), "D")}"));
        else if (IsRecord(type) && described.Add(type))
        {
            foreach (var member in Members(type))
            {
                text.Append(member.Name).Append(':');
                Describe(member.PropertyType, text, described);
            }
        }
    }

    private static void WriteItems<TItem>(BinaryWriter to, ImmutableArray<TItem> items)
    {
        to.Write7BitEncodedInt(items.Length);
        foreach (var item in items)
            CompactForm<TItem>.Write(to, item);
    }

    private static ImmutableArray<TItem> ReadItems<TItem>(BinaryReader from)
    {
        var count = from.Read7BitEncodedInt();
        if (count == 0)
            return [];
        var items = ImmutableArray.CreateBuilder<TItem>(count);
        while (items.Count < count)
            items.Add(CompactForm<TItem>.Read(from));
        return items.MoveToImmutable();
    }

    /// <summary>Values that are no numbers and no records.</summary>
    private static class Leaves
    {
        public static void WriteGuid(BinaryWriter to, Guid value)
        {
            Span<byte> bytes = stackalloc byte[16];
            value.TryWriteBytes(bytes);
            to.Write(bytes);
        }

        public static Guid ReadGuid(BinaryReader from)
        {
            Span<byte> bytes = stackalloc byte[16];
            from.ReadExactly(bytes);
            return new Guid(bytes);
        }

        public static void WriteInstant(BinaryWriter to, Instant value)
        {
            var since = value - NodaConstants.UnixEpoch;
            to.Write7BitEncodedInt(since.Days);
            to.Write(since.NanosecondOfDay);
        }

        public static Instant ReadInstant(BinaryReader from) =>
            NodaConstants.UnixEpoch + Duration.FromDays(from.Read7BitEncodedInt()) + Duration.FromNanoseconds(from.ReadInt64());

        public static void WriteLocalTime(BinaryWriter to, LocalTime value) => to.Write(value.NanosecondOfDay);

        public static LocalTime ReadLocalTime(BinaryReader from) => LocalTime.FromNanosecondsSinceMidnight(from.ReadInt64());

        public static void WriteLocalDate(BinaryWriter to, LocalDate value) => to.Write7BitEncodedInt(Period.DaysBetween(new LocalDate(1970, 1, 1), value));

        public static LocalDate ReadLocalDate(BinaryReader from) => new LocalDate(1970, 1, 1).PlusDays(from.Read7BitEncodedInt());
    }
}
