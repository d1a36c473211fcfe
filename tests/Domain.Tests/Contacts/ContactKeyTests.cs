using FsCheck;
using FsCheck.Fluent;
using Padron.Domain.Contacts;
using Padron.Domain.Numbering;

namespace Padron.Domain.Tests.Contacts;

public sealed class ContactKeyTests
{
    static readonly byte[] Secret = [.. Enumerable.Range(1, ContactKey.Size).Select(i => (byte)i)];
    static readonly ContactKey Key = new(Secret);

    static readonly Gen<PhoneNumber> AnyPhone =
        from high in Gen.Choose(10, 999_999_999)
        from low in Gen.Choose(0, 999_999)
        select new PhoneNumber((high * 1_000_000L) + low);

    [Theory] // computed with Python: hmac.new(bytes(range(1, 33)), b"+525512345678", "sha256"), version and variant set
    [InlineData(525512345678, "71800197-82df-81ee-91d8-edd70767e259")]
    [InlineData(523312345678, "f43e0cd5-fc5f-8004-8bd3-ed9310655605")]
    [InlineData(12135550100, "8de50554-788c-851b-b532-f7c8a4fd097a")]
    public void The_id_of_a_number_never_changes(long digits, string id) => Key.IdOf(new PhoneNumber(digits)).ShouldBe(new Guid(id));

    [Fact]
    public void An_id_is_a_UUID_of_version_8_and_the_variant_of_RFC_9562() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(AnyPhone), phone =>
        {
            var text = Key.IdOf(phone).ToString();
            return text[14] == '8' && text[19] is '8' or '9' or 'a' or 'b';
        }));

    [Fact]
    public void The_same_number_under_the_same_secret_has_the_same_id() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(AnyPhone), phone => new ContactKey(Secret).IdOf(phone) == Key.IdOf(phone)));

    [Fact]
    public void Ten_thousand_numbers_have_ten_thousand_ids() =>
        Enumerable.Range(0, 10_000).Select(i => Key.IdOf(PhoneNumber.Mexican(5500000000 + i))).Distinct().Count().ShouldBe(10_000);

    [Fact]
    public void Another_secret_gives_another_id_and_another_fingerprint()
    {
        var other = new ContactKey([.. Secret[..^1], 33]);
        other.IdOf(PhoneNumber.Mexican(5512345678)).ShouldNotBe(Key.IdOf(PhoneNumber.Mexican(5512345678)));
        other.Fingerprint.ShouldNotBe(Key.Fingerprint);
    }

    [Fact]
    public void The_fingerprint_is_the_SHA_256_of_the_secret() =>
        Key.Fingerprint.ShouldBe("ae216c2ef5247a3782c135efa279a3e4cdc61094270f5d2be58c6204b7a612c9");

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_of_another_length_is_refused(int length) => Should.Throw<ArgumentException>(() => new ContactKey(new byte[length]));

    [Fact]
    public void The_key_keeps_its_own_copy_of_the_secret()
    {
        var secret = Secret.ToArray();
        var key = new ContactKey(secret);
        Array.Clear(secret);
        key.Fingerprint.ShouldBe(Key.Fingerprint);
    }
}
