using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Numbering;

public sealed class MexicanNumberTests
{
    static readonly string[] Prefixes =
        ["", "01", "02", "044", "045", "1", "52", "521", "+52", "+521", "0052", "00521", "52044", "+5201", "+52045", "tel:+52", "'", "="];

    static readonly string[] Groupings =
        ["{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}", "({0}) {1}.{2}", "{0}.{1}.{2}", " {0}\u00A0{1}\t{2} ", "{0}{1}{2}.0", "{0} {1}-{2} x5"];

    static readonly Gen<PhoneNumber> Assignable =
        from place in Gen.Elements<LadaPlace>(Ladas.All)
        from rest in Gen.Choose(0, 9_999_999)
        let national = long.Parse($"{place.Lada}{rest * 10L:00000000}"[..10], CultureInfo.InvariantCulture)
        select PhoneNumber.Mexican(national);

    [Theory, MemberData(nameof(DirtyNumbers.Numbers), MemberType = typeof(DirtyNumbers))]
    public void A_number_is_understood(string raw, long national) =>
        MexicanNumber.Normalize(raw).ShouldBe(new(PhoneNumber.Mexican(national), LadaInferred: false, Rejection: null));

    [Theory, MemberData(nameof(DirtyNumbers.CompletedByRow), MemberType = typeof(DirtyNumbers))]
    public void A_local_number_is_completed_with_the_rows_LADA(string raw, string lada, long national) =>
        MexicanNumber.Normalize(raw, lada).ShouldBe(new(PhoneNumber.Mexican(national), LadaInferred: true, Rejection: null));

    [Theory, MemberData(nameof(DirtyNumbers.Rejected), MemberType = typeof(DirtyNumbers))]
    public void Anything_else_has_its_reason(string? raw, string? lada, RejectionReason reason) =>
        MexicanNumber.Normalize(raw, lada).ShouldBe(new(default, LadaInferred: false, reason));

    [Fact]
    public void A_whole_number_never_takes_the_rows_LADA() =>
        MexicanNumber.Normalize("2221234567", "55").ShouldBe(new(PhoneNumber.Mexican(2221234567), LadaInferred: false, Rejection: null));

    [Fact]
    public void Every_number_survives_every_old_prefix_and_every_grouping() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Arb.From(
                from phone in Assignable
                from prefix in Gen.Elements(Prefixes)
                from grouping in Gen.Elements(Groupings)
                select (phone, prefix, grouping)),
            sample =>
            {
                var lada = Lada.Of(sample.phone);
                var rest = $"{sample.phone.MexicanNational}"[lada.Length..];
                var written = sample.prefix + string.Format(CultureInfo.InvariantCulture, sample.grouping, lada, rest[..^4], rest[^4..]);
                return MexicanNumber.Normalize(written) == new NormalizedNumber(sample.phone, LadaInferred: false, Rejection: null)
                    || IsFiller(sample.phone);
            }));

    [Fact]
    public void What_is_normalised_stays_as_it_is() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Assignable), phone =>
            IsFiller(phone) || MexicanNumber.Normalize(phone.ToString()).Phone == phone));

    [Fact]
    public void No_text_makes_it_throw_and_the_answer_is_a_number_or_a_reason() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(Arb.From(Texts.Any), Arb.From(Texts.Any), (raw, lada) =>
        {
            var answer = MexicanNumber.Normalize(raw, lada);
            return answer.Rejection is null
                ? answer.Phone.IsMexican && Ladas.Find(answer.Phone) is not null
                : answer.Phone == default && !answer.LadaInferred;
        }));

    [Fact]
    public void Every_reason_is_explained_in_a_sentence()
    {
        foreach (var reason in Enum.GetValues<RejectionReason>()) reason.Explain().ShouldEndWith(".");
    }

    static bool IsFiller(PhoneNumber phone) => MexicanNumber.Normalize($"{phone.MexicanNational}").Rejection == RejectionReason.Placeholder;
}
