using System.Globalization;
using Padron.Domain;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Projections;

/// <summary>Appends the events of random lives of contacts, one contact's among the others'. The same seed gives the same lives.</summary>
sealed class RandomLives(PadronDatabase database, int seed)
{
    static readonly string[] Ladas = ["55", "33", "999", "222"];
    static readonly string?[] Places = ["Mérida", " MERIDA", "mérida", "San  Andrés Tuxtla", "Ñumí", "Ciudad de México", null];
    static readonly string?[] States = ["YUC", "CDMX", "OAX", "VER", null];
    static readonly string?[] Carriers = ["TELCEL", "MOVISTAR", null];

    // Extractions are few, so that one meets a contact twice.
    public static readonly Guid[] Extractions = [Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7()];

    static readonly Guid[] Imports = [Guid.CreateVersion7(), Guid.CreateVersion7()];

    readonly Random random = new(seed);

    /// <summary>Lives as the deciders allow them: what a decider refuses does not happen.</summary>
    public Task AppendDecidedAsync(int contacts, int events, Func<Task> afterBatch) => AppendAsync(contacts, events, 10_000, Decided, afterBatch);

    /// <summary>Any event at any time: lives no decider would allow, which must confuse nothing all the same.</summary>
    public Task AppendAnyAsync(int contacts, int events, Func<Task> afterBatch) => AppendAsync(contacts, events, 20_000, Any, afterBatch);

    async Task AppendAsync(int contacts, int events, int firstNumber, Func<Life, ContactEvent[]> next, Func<Task> afterBatch)
    {
        var lives = Enumerable.Range(firstNumber, contacts).Select(i => new Life(Phone(i))).ToArray();
        for (var appended = 0; appended < events;)
        {
            random.Shuffle(lives);
            var batch = lives[..random.Next(1, 25)]
                .Select(life => (Life: life, life.Version, Events: Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ => life.Live(next(life))).ToArray()))
                .Where(append => append.Events.Length > 0)
                .Select(append => new StreamAppend(append.Life.Id, append.Version, append.Events))
                .ToArray();
            await AppendAsync(batch);
            appended += batch.Sum(append => append.Events.Count);
            await afterBatch();
        }
    }

    async Task AppendAsync(StreamAppend[] batch)
    {
        if (batch is [var one])
            (await database.Store.AppendAsync(one.StreamId, one.ExpectedVersion, one.Events, EventMetadata.None)).ShouldBeOfType<AppendResult.Appended>();
        else
            (await database.Store.AppendManyAsync(batch, EventMetadata.None)).Conflicts.ShouldBeEmpty();
    }

    ContactEvent[] Decided(Life life)
    {
        try
        {
            return random.Next(17) switch
            {
                0 => ContactDecider.Decide(Import(life.Phone), life.Contact),
                1 => ContactDecider.Decide(Register(life.Phone), life.Contact),
                2 => ContactDecider.Decide(new VerifyContact(One<VerificationMethod>(), One(Carriers), null, At()), life.Contact),
                3 => ContactDecider.Decide(new MarkNotMobile(One<VerificationMethod>(), One(Carriers), null, At()), life.Contact),
                4 => ContactDecider.Decide(new InvalidateContact(One<InvalidationReason>(), At()), life.Contact),
                5 or 6 => ContactDecider.Decide(new ExtractContact(One(Extractions), At()), life.Contact),
                7 or 8 => ContactDecider.Decide(new ReleaseContact(One(Extractions), One<ReleaseReason>(), At()), life.Contact),
                9 or 10 => ContactDecider.Decide(Correct(), life.Contact),
                11 or 12 => ContactDecider.Decide(new WithdrawContact(life.Contact.ImportId ?? One(Imports), At()), life.Contact),
                13 or 14 => ContactDecider.Decide(Sent(), life.Contact),
                15 => ContactDecider.Decide(new OptOutContact(life.Phone, One<OptOutMethod>(), null, One(["ana", null]), At()), life.Contact),
                _ => ContactDecider.Decide(new OptInContact(life.Phone, "paper", "ana", At()), life.Contact),
            };
        }
        catch (RuleViolationException)
        {
            return [];
        }
    }

    ContactEvent[] Any(Life life) =>
    [
        random.Next(13) switch
        {
            0 => (ContactImported)ContactDecider.Decide(Import(life.Phone), Contact.Stranger)[0],
            1 => new ContactVerified(One<VerificationMethod>(), One(Carriers), null, At()),
            2 => new ContactNotMobile(One<VerificationMethod>(), One(Carriers), null, At()),
            3 => new ContactInvalidated(One<InvalidationReason>(), At()),
            4 => new ContactExtracted(One(Extractions), At()),
            5 => new ContactOptedOut(Coin() ? life.Phone : null, One<OptOutMethod>(), null, One(["ana", null]), At()),
            6 => (ContactRegistered)ContactDecider.Decide(Register(life.Phone), Contact.Stranger)[0],
            7 => new ContactDetailsChanged(Details(), null, At()),
            8 => new ContactReleased(One(Extractions), One<ReleaseReason>(), At()),
            9 => new ContactWithdrawn(One(Imports), Coin() ? Details() : null, At()),
            10 or 11 => new ContactSent(null, Message(), null, At()),
            _ => new ContactOptedIn("paper", null, At()),
        },
    ];

    ImportContact Import(PhoneNumber phone) =>
        new(phone, Coin(), Details(), MarkedInvalid: random.Next(5) == 0, Line(phone), "pnn-test", One(Imports), random.Next(), At());

    RegisterContact Register(PhoneNumber phone) => new(phone, Details(), Line(phone), "pnn-test", One(["ana", null]), At());

    RecordSent Sent() => new(Coin() ? Extractions[0] : null, Message(), One(["SM1", null]), At());

    // Few, so that one is heard of twice.
    string Message() => $"m-{random.Next(5)}";

    CorrectContact Correct() => new(
        One(["ANA PEÑA", "LUIS PEÑA", "", null]), One(["Calle 6", "", null]), One(["Centro", "", null]), One([.. Places, ""]), One([.. Places, ""]),
        One([.. States, ""]), One(["ana", null]), At());

    NumberingBlock? Line(PhoneNumber phone) => Coin() ? new(phone.MexicanNational, phone.MexicanNational, One<LineType>(), "TELMEX") : null;

    ContactDetails Details() => new(
        One(["55 1234 5678", null]), One(["ANA PEÑA", null]), One(["Calle 5", null]), One(["Centro", null]), One(Places), One(States), One(Places),
        Coin() ? At() : null);

    PhoneNumber Phone(int i)
    {
        var lada = One(Ladas);
        return PhoneNumber.Mexican(long.Parse(lada + i.ToString(new string('0', 10 - lada.Length), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    // Not in the order of the events: a fact may be heard of late.
    DateTimeOffset At() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(random.NextInt64(30_000_000_000));

    bool Coin() => random.Next(2) == 0;

    T One<T>(T[] values) => values[random.Next(values.Length)];

    T One<T>()
        where T : struct, Enum => One(Enum.GetValues<T>());

    sealed class Life(PhoneNumber phone)
    {
        public PhoneNumber Phone => phone;

        public Guid Id { get; } = PadronDatabase.Key.IdOf(phone);

        public Contact Contact { get; private set; } = Contact.Stranger;

        public long Version { get; private set; }

        public ContactEvent[] Live(ContactEvent[] events)
        {
            Contact = events.Aggregate(Contact, ContactDecider.Evolve);
            Version += events.Length;
            return events;
        }
    }
}
